"""Makes the small set of workbooks in tests/golden/excel: every feature the Excel editor must leave alone or respect.

    python scripts/make_excel_fixtures.py [FOLDER]

Three makers: XlsxWriter (charts, images, notes, tables, validations, formats old and new, sparklines, dynamic arrays,
macros), LibreOffice where `soffice` is on the PATH (its file is left as it is otherwise), and hand-made parts for what
neither writes (slicers, threaded comments, pivots, custom XML, strict and prefixed XML, odd encodings, signatures).
Hand-made opaque parts hold little: what is proved with them is that their bytes are still there.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "golden" / "excel"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
WHEN = (2026, 11, 1, 0, 0, 0)
"""The time of every zip entry: equal runs make equal files."""


def pack(path: Path, parts: dict[str, bytes | str], *, streamed: bool = False) -> None:
    """Writes parts as a zip file; `streamed` with data descriptors, as writers to a pipe do."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override]
            self.data += piece
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe if streamed else path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, content)
    if streamed:
        path.write_bytes(bytes(pipe.data))


def png() -> bytes:
    """A picture of 8 x 8 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = b"".join(b"\0" + b"\x1f\x3a\x5f" * 8 for _ in range(8))
    head = (8).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def rich(path: Path, *, macros: bool = False) -> None:
    """Everything XlsxWriter can make, on a tab people know: a table of tasks, and a tab with formulas on it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": dt.datetime(2026, 11, 1), "title": "Plan"})
    book.set_custom_property("plan", "demo")
    tasks, sums, extras = book.add_worksheet("Tasks"), book.add_worksheet("Sums"), book.add_worksheet("Extras")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00", "bg_color": "#F3F5F7"})
    bold = book.add_format({"bold": True})
    red = book.add_format({"bg_color": "#FFC7CE"})
    tasks.set_column("C:C", 12, money)
    tasks.add_table(
        "A1:D5",
        {
            "name": "TaskList",
            "columns": [{"header": "Task"}, {"header": "Due"}, {"header": "Cost"}, {"header": "Twice"}],
        },
    )
    for row, (name, due, cost) in enumerate(
        [("Check stock", 3, 10.5), ("Cut bids", 9, 20), ("Ask for reviews", 17, 0), ("Renew UPC", 30, 99.99)], 1
    ):
        tasks.write_string(row, 0, name)
        tasks.write_datetime(row, 1, dt.datetime(2026, 11, due), day)
        tasks.write_number(row, 2, cost, money)
        tasks.write_formula(row, 3, f"=C{row + 1}*2", money, cost * 2)
    tasks.data_validation("A2:A5", {"validate": "length", "criteria": "<", "value": 200})
    tasks.data_validation("B2:B5", {"validate": "list", "source": "=Extras!$A$1:$A$3"})
    tasks.conditional_format("C2:C5", {"type": "cell", "criteria": ">", "value": 50, "format": red})
    tasks.conditional_format("D2:D5", {"type": "data_bar", "data_bar_2010": True})
    tasks.freeze_panes(1, 1)
    tasks.write_comment("A2", "ask the warehouse first")
    tasks.insert_image("H2", "dot.png", {"image_data": io.BytesIO(png())})
    sums.write_formula("A1", "=SUM(Tasks!C2:C5)", None, 130.49)
    sums.write_array_formula("A3:B4", "{=Tasks!C2:D3*1}", None, 10.5)
    sums.write_dynamic_array_formula("D3:D6", "=SORT(Tasks!C2:C5)", None, 0)
    sums.merge_range("A7:C8", "merged", bold)
    sums.set_row(9, None, None, {"hidden": True})
    sums.write_string("A10", "hidden row")
    sums.set_column("F:F", 5, None, {"hidden": True})
    sums.autofilter("A12:B14")
    sums.write_row("A12", ["k", "v"])
    sums.write_row("A13", ["a", 1])
    sums.write_row("A14", ["b", 2])
    sums.protect()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Tasks!$C$2:$C$5", "categories": "=Tasks!$A$2:$A$5"})
    sums.insert_chart("H2", chart)
    extras.write_column("A1", ["one", "two", "three"])
    extras.write_rich_string("B1", bold, "bold", " and ", "plain")
    extras.add_sparkline("C1", {"range": "Tasks!C2:C5"})
    extras.write_url("D1", "https://example.com/", string="a link")
    extras.conditional_format("A1:A3", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    extras.set_header("&CPlan")
    extras.insert_textbox("F5", "a shape")
    extras.insert_checkbox("E1", True)
    book.define_name("Costs", "=Tasks!$C$2:$C$5")
    if macros:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "vbaProject.bin"
            project.write_bytes(b"not a real macro project, and never looked into" * 20)
            book.add_vba_project(str(project))
            extras.insert_button("H1", {"macro": "go", "caption": "Go"})
            book.close()
        return
    book.close()


def parts_of(path: Path) -> dict[str, bytes | str]:
    """The parts of a workbook, unpacked."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_chain(path: Path) -> None:
    """Adds the calculation chain that Excel itself would write."""
    parts = parts_of(path)
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A1" i="2"/><c r="D2" i="1"/></calcChain>'
    override = f'<Override PartName="/xl/calcChain.xml" ContentType="{SHEET_TYPE}calcChain+xml"/>'
    _insert(parts, "[Content_Types].xml", "</Types>", override)
    relation = f'<Relationship Id="rId99" Type="{REL}/calcChain" Target="calcChain.xml"/>'
    _insert(parts, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
    pack(path, parts)


def with_opaque(source: Path, path: Path) -> None:
    """Adds parts that no maker here writes: slicer, threaded comment, pivot, custom XML, printer settings."""
    parts = parts_of(source)
    opaque = {
        "xl/slicers/slicer1.xml": ("slicer", "application/vnd.ms-excel.slicer+xml", "<slicers/>"),
        "xl/threadedComments/threadedComment1.xml": (
            "threadedComment",
            "application/vnd.ms-excel.threadedcomments+xml",
            "<ThreadedComments/>",
        ),
        "xl/pivotTables/pivotTable1.xml": ("pivotTable", SHEET_TYPE + "pivotTable+xml", "<pivotTableDefinition/>"),
        "xl/printerSettings/printerSettings1.bin": ("printerSettings", "application/octet-stream", b"\0\1\2\xff" * 64),
        "customXml/item1.xml": ("customXml", "application/xml", "<plan xmlns='urn:x'/>"),
    }
    overrides, relations = "", ""
    for number, (name, (kind, content_type, content)) in enumerate(opaque.items(), 90):
        parts[name] = content
        overrides += f'<Override PartName="/{name}" ContentType="{content_type}"/>'
        relations += f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="/{name}"/>'
    _insert(parts, "[Content_Types].xml", "</Types>", overrides)
    _insert(parts, "xl/worksheets/_rels/sheet1.xml.rels", "</Relationships>", relations)
    pack(path, parts)


def _insert(parts: dict[str, bytes | str], name: str, before: str, text: str) -> None:
    content = parts[name]
    content = content.decode() if isinstance(content, bytes) else content
    parts[name] = content.replace(before, text + before)


def simple(
    sheet: str | bytes,
    *,
    main: str = MAIN,
    rel: str = REL,
    workbook: str = "",
    part: str = "xl/worksheets/sheet1.xml",
    book_part: str = "xl/workbook.xml",
    extra: dict[str, bytes | str] | None = None,
) -> dict[str, bytes | str]:
    """The parts of a workbook with one sheet `Data`."""
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{book_part}" ContentType="{SHEET_TYPE}sheet.main+xml"/>'
        f'<Override PartName="/{part}" ContentType="{SHEET_TYPE}worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE_REL}">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="/{book_part}"/></Relationships>',
        book_part: f'<workbook xmlns="{main}" xmlns:r="{rel}">{workbook}'
        '<sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        f"{Path(book_part).parent.as_posix()}/_rels/{Path(book_part).name}.rels": f'<Relationships '
        f'xmlns="{PACKAGE_REL}"><Relationship Id="r1" Type="{rel}/worksheet" Target="/{part}"/></Relationships>',
        part: sheet,
        **(extra or {}),
    }  # fmt: skip


def sheet(rows: str, after: str = "", before: str = "", main: str = MAIN) -> str:
    """A worksheet around some rows."""
    return f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def odd_ones(folder: Path) -> None:
    """The shapes real files have and makers above do not."""
    two_rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1"><v>1</v></c></row>'
    two_rows += '<row r="2"><c r="A2" t="inlineStr"><is><t>next</t></is></c><c r="B2"><v>2</v></c></row>'
    pack(folder / "strict.xlsx", simple(sheet(two_rows, main=STRICT), main=STRICT, rel=STRICT_REL))
    prefixed = sheet(two_rows).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    pack(folder / "prefixed.xlsx", simple(prefixed.replace("xmlns=", "xmlns:x=")))
    wide = '<?xml version="1.0" encoding="UTF-16"?>' + sheet(two_rows.replace("name", "名称"))
    pack(folder / "utf16.xlsx", simple(wide.encode("utf-16")))
    pack(folder / "bom.xlsx", simple(b"\xef\xbb\xbf" + sheet(two_rows).encode()), streamed=True)
    mac = simple(sheet('<row r="1"><c r="A1"><v>0</v></c></row>'), workbook='<workbookPr date1904="1"/>')
    pack(folder / "mac1904.xlsx", mac)
    bare = '<row><c><v>1</v></c><c t="str"><v>two</v></c></row><row><c><v>3</v></c></row><row r="9"><c r="C9"/></row>'
    pack(folder / "no_references.xlsx", simple(sheet(bare)))
    elsewhere = simple(sheet(two_rows), part="sheets/one.xml", book_part="book/main.xml")
    pack(folder / "elsewhere.xlsx", elsewhere)
    notes = "<!-- <row r=\"1\"><c r=\"A1\"/></row> --><row r='1'><c r='A1' t='inlineStr'><is><t><![CDATA[a </row> b]]>"
    notes += "</t></is></c><!-- </c> --><c r='B1'><v>5</v></c></row><row r='2' spans='1:1'><c r='A2'><v>6</v></c></row>"
    choice = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    choice += '<mc:Choice Requires="x14" xmlns:x14="urn:x"><x14:row/></mc:Choice><mc:Fallback/></mc:AlternateContent>'
    pack(folder / "comments.xlsx", simple(sheet(notes, after=choice)))
    shared = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B4" si="0">A1*$A$1+LOG10(A1)</f>'
    shared += "<v>1</v></c></row>"
    for row in (2, 3, 4):
        shared += (
            f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><f t="shared" si="0"/><v>{row}</v></c></row>'
        )
    pack(folder / "shared.xlsx", simple(sheet(shared)))
    signed = simple(
        sheet(two_rows), extra={"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": "<Signature/>"}
    )
    pack(folder / "signed.xlsx", signed)
    (folder / "encrypted.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)


def libreoffice(folder: Path) -> None:
    """The rich workbook as LibreOffice writes it."""
    program = shutil.which("soffice")
    if program is None:
        print("no soffice on the PATH: libreoffice.xlsx is left as it is")
        return
    with tempfile.TemporaryDirectory() as out:
        profile = f"-env:UserInstallation=file://{out}/profile"
        source = folder / "rich.xlsx"
        command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", out, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        shutil.copy(Path(out) / "rich.xlsx", folder / "libreoffice.xlsx")


def main(argv: list[str]) -> int:
    folder = Path(argv[0]) if argv else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    rich(folder / "rich.xlsx")
    with_chain(folder / "rich.xlsx")
    with_opaque(folder / "rich.xlsx", folder / "opaque.xlsx")
    rich(folder / "macros.xlsm", macros=True)
    odd_ones(folder)
    libreoffice(folder)
    for path in sorted(folder.glob("*.xls*")):
        print(f"{path.stat().st_size:7,} {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
