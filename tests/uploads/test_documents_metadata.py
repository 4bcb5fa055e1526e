"""Metadata in files: names, tracked changes, comments and paths on somebody's computer are found and reported."""

from pypdf.generic import NameObject, TextStringObject

from tests import hostile_files as hostile
from tests.files import W, annotated, docx, odt, pdf, relationship
from tests.hostile_files import picture, rezipped
from tests.uploads.test_documents import examine_bytes, refusal, with_types


def tracked(author="Ysolde Karamin"):
    return (
        f'<w:p><w:ins w:id="1" w:author="{author}"><w:r><w:t>new</w:t></w:r></w:ins><w:del w:author="{author}"/></w:p>'
    )


def test_tracked_changes_and_comments_of_a_word_file_are_found():
    comments = (
        f'<w:comments xmlns:w="{W}"><w:comment w:author="Ilya Orrin"/><w:comment w:author="Ilya Orrin"/></w:comments>'
    )
    core = "<dc:creator>Mara Voss</dc:creator><cp:lastModifiedBy>Mara Voss</cp:lastModifiedBy>"
    found = examine_bytes(docx(tracked(), core=core, word__comments_xml=comments)).traces
    assert (sorted(found.names), found.changes, found.comments) == (
        ["Ilya Orrin", "Mara Voss", "Ysolde Karamin"],
        2,
        2,
    )


def test_a_text_that_lies_in_an_unusual_part_is_looked_through_too():
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    content = rezipped(
        with_types(kind, "/notes/n.bin"),
        more=[("notes/n.bin", f'<w:footnotes xmlns:w="{W}">{tracked()}</w:footnotes>'.encode())],
    )
    assert examine_bytes(content).traces.changes == 2


def test_where_a_word_file_has_its_template_is_found():
    parts = {"word___rels__settings_xml.rels": relationship("file:///C:/Users/mara/Letter.dotx")}
    assert examine_bytes(docx(**parts)).traces.places == ["file:///C:/Users/mara/Letter.dotx"]


def test_tracked_changes_comments_and_places_of_an_opendocument_text_are_found():
    text = (
        "<text:tracked-changes><text:changed-region><office:change-info><dc:creator>Ysolde Karamin</dc:creator>"
        "</office:change-info></text:changed-region></text:tracked-changes>"
        "<text:p><office:annotation><dc:creator>Ilya Orrin</dc:creator></office:annotation></text:p>"
    )
    meta = (
        "<meta:initial-creator>Mara Voss</meta:initial-creator>"
        '<meta:template xlink:href="file:///home/mara/Letter.ott"/>'
    )
    found = examine_bytes(odt(text, meta=meta)).traces
    assert sorted(found.names) == ["Ilya Orrin", "Mara Voss", "Ysolde Karamin"]
    assert (found.changes, found.comments, found.places) == (1, 1, ["file:///home/mara/Letter.ott"])


def test_names_titles_and_comments_of_a_pdf_are_found():
    change = annotated(Subtype=NameObject("/Text"), T=TextStringObject("Ilya Orrin"))
    found = examine_bytes(pdf(change=change, Author="Mara Voss", Title="Draft 3", Creator="Word")).traces
    assert found.names == ["Ilya Orrin", "Mara Voss"]
    assert (found.comments, found.title, found.program) == (1, "Draft 3", "Word")


def test_the_authors_in_a_pdf_s_xmp_are_found_and_hostile_xmp_is_refused():
    described = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><r:Seq><r:li>Mara Voss</r:li></r:Seq></dc:creator>'
        "</r:RDF></x:xmpmeta>"
    )
    assert examine_bytes(hostile.pdf_with_description(described.encode())).traces.names == ["Mara Voss"]
    assert refusal(hostile.pdf_with_description(hostile.LAUGHS.encode())) == "damaged"


def test_links_of_a_pdf_to_somebody_s_files_are_found():
    for led in (
        hostile.pdf_action("GoToR", F=TextStringObject("C:/Users/mara/Annex.pdf")),
        hostile.pdf_action("URI", URI=TextStringObject("C:/Users/mara/Annex.pdf".join(["file:///", ""]))),
    ):
        (place,) = examine_bytes(pdf(change=annotated(Subtype=NameObject("/Link"), A=led))).traces.places
        assert place.endswith("C:/Users/mara/Annex.pdf")


def test_hidden_text_and_the_organisation_are_found_and_said():
    run = "<w:r><w:rPr><w:vanish{}/></w:rPr><w:t>Say nothing of the bridge.</w:t></w:r>"
    company = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Company>Brennick Ferries</Company></Properties>"
    )
    styles = f'<w:styles xmlns:w="{W}"><w:style><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    shown = docx(run.format("") + run.format(' w:val="0"'), docProps__app_xml=company, word__styles_xml=styles)
    found = examine_bytes(shown).traces
    assert found.in_words() == ["It holds 1 hidden passage.", "It names organisations: Brennick Ferries."]
    hidden = '<text:p><text:hidden-text>No.</text:hidden-text></text:p><text:section text:display="none"/>'
    assert examine_bytes(odt(hidden)).traces.hidden == 2
    assert examine_bytes(pdf(Company="Brennick Ferries")).traces.organisations == ["Brennick Ferries"]


def test_a_file_without_traces_says_nothing():
    for content in (pdf(), docx(), odt(), picture()):
        found = examine_bytes(content).traces
        assert [said for said in found.in_words() if "pypdf" not in said] == []


def test_what_is_found_is_cut_to_what_can_be_shown():
    core = f"<dc:creator>{'x' * 5_000}\n\u202eevil</dc:creator>"
    (name,) = examine_bytes(docx(core=core)).traces.names
    assert name == "x" * 200
    many = "".join(f'<w:ins w:author="Author {number}"/>' for number in range(500))
    assert len(examine_bytes(docx(many)).traces.names) == 20
