"""A link says where it leads."""

from vgkd_docs.cli import main

TEXT = """# A page

Read it [here](other.md), or at <https://example.org/x>.

[The rules](rules.md) are fine, ![here](picture.svg) is a picture, and

```
[here](is-code.md)
```

[https://example.org](https://example.org) is not.
"""


def test_a_link_that_says_nothing_is_named_with_its_line(tmp_path, capsys):
    (tmp_path / "page.md").write_text(TEXT, encoding="utf-8")
    assert main(["prose", str(tmp_path)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[1] for line in said] == ["3", "3", "11"]
    assert all("name where the link leads" in line for line in said)


def test_links_that_say_where_they_lead_pass(tmp_path, capsys):
    (tmp_path / "page.md").write_text("See [the rules](rules.md).\n", encoding="utf-8")
    assert main(["prose", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
