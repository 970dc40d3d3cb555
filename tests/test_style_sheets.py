"""A page is painted as soon as its style sheets are there: none leads to a further one."""

from vgkd_docs.sphinxext.style_sheets import inlined


def test_an_import_is_replaced_by_what_it_imports(tmp_path):
    (tmp_path / "styles").mkdir()
    theme = tmp_path / "styles" / "theme.css"
    theme.write_text('/* first */\n@import "../basic.css";\np { color: red }\n', "utf-8")
    basic = "a { background: url(file.png) } b { background: url('data:x') } @import 'deep.css';"
    (tmp_path / "basic.css").write_text(basic, "utf-8")
    (tmp_path / "deep.css").write_text("i { background: url(/top.png) }", "utf-8")
    assert inlined(theme) == (
        "/* first */\na { background: url(../file.png) } b { background: url('data:x') } "
        "i { background: url(../top.png) }\np { color: red }\n"
    ).replace("../top", "/top"), "addresses still lead where they led"


def test_no_style_sheet_of_the_site_asks_for_another(site):
    sheets = list((site / "_static").rglob("*.css"))
    assert len(sheets) > 5
    assert [path.name for path in sheets if "@import" in path.read_text("utf-8")] == []
    assert "blockquote" in (site / "_static" / "styles" / "theme.css").read_text("utf-8")
