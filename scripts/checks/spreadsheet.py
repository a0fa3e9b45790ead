"""Changes cells of the first row of a flat OpenDocument spreadsheet, as a person in front of it does.

usage: spreadsheet.py SOURCE TARGET COLUMN=VALUE...
"""

import sys
import xml.etree.ElementTree as tree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def cells(row):
    found = []
    for cell in row:
        found += [cell] * min(int(cell.get(TABLE + "number-columns-repeated", "1")), 100)
    return found


def put(cell, value):
    for name in [name for name in cell.attrib if name.startswith((OFFICE, CALC))]:
        del cell.attrib[name]
    for child in list(cell):
        cell.remove(child)
    is_number = value.replace(".", "", 1).isdigit()
    cell.set(OFFICE + "value-type", "float" if is_number else "string")
    if is_number:
        cell.set(OFFICE + "value", value)
    tree.SubElement(cell, TEXT + "p").text = value


def main(source, target, *changes):
    for _, (prefix, uri) in tree.iterparse(source, ["start-ns"]):
        tree.register_namespace(prefix, uri)
    document = tree.parse(source)
    rows = document.iter(TABLE + "table-row")
    names = ["".join(cell.itertext()).strip() for cell in cells(next(rows))]
    first = cells(next(rows))
    for change in changes:
        name, value = change.split("=", 1)
        put(first[names.index(name)], value)
    document.write(target, encoding="utf-8", xml_declaration=True)


main(*sys.argv[1:])
