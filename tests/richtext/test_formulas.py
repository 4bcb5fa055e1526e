"""A formula stays in the text: as its TeX, as its own description, or written in one line with the same value."""

import pytest

from richtext.body import sanitise

ROOTS = (
    "<mi>x</mi><mo>=</mo><mfrac><mrow><mo>-</mo><mi>b</mi><mo>+</mo><msqrt><mi>d</mi></msqrt></mrow>"
    "<mrow><mn>2</mn><mi>a</mi></mrow></mfrac>"
)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (ROOTS, "x=(-b+√(d))/(2a)"),
        (f'<semantics>{ROOTS}<annotation encoding="application/x-tex">x = 7</annotation></semantics>', "x = 7"),
        (
            "<msqrt><mi>x</mi></msqrt><mo>+</mo><semantics><mi>y</mi>"
            '<annotation encoding="application/x-tex">y_1</annotation></semantics>',
            "√(x)+y_1",
        ),
        ("<mfrac><mn>1</mn><mn>12</mn></mfrac>", "1/12"),
        ("<msup><mi>E</mi><mn>2</mn></msup><mo>&lt;</mo><msub><mi>m</mi><mn>10</mn></msub>", "E^2&lt;m_10"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>", "∑_(i=1)^n"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "3√(x)"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1 2;"),
        ("<mfrac><mn>5</mn></mfrac><mtext>per cent</mtext>", "5per cent"),
        (f"<mn>&#{'9' * 5000};</mn><mi>&#{'0' * 5000}65;</mi>", "\ufffdA"),
        ("\n <mi>a</mi>\n <mo>+</mo>\n <mi>b</mi>\n", "a+b"),
        ("<mtext></form>words</mtext><script>a()</script>", "words"),
    ],
)
def test_a_formula_is_written_in_one_line(parts, text):
    assert sanitise(f"<p>So <math>{parts}</math> holds.</p>") == f"<p>So {text} holds.</p>"


def test_a_formula_that_describes_itself_is_its_description():
    assert sanitise('<math alttext="a over b"><mi>a</mi></math>') == "<p>a over b</p>"


def test_a_formula_that_never_ends_takes_no_words_with_it():
    assert sanitise("<p>Before.</p><math><mi>x</mi><p>After.</p>").startswith("<p>Before.</p>")
