"""A person at LibreOffice: opens a workbook, does what the JSON on stdin says, saves it as xlsx.

Run by the system Python. Usage: python3 act.py FILE < acts.json, where acts is a list of [verb, ...]:
    ["type", sheet, "B7", value]            a number, a text, true/false, {"date": "2026-11-30"} or null for empty
    ["sort", sheet, "A3:Z50", column, up]   column counted from 0 inside the range
    ["insert_column", sheet, column]        0-based
    ["insert_row", sheet, row]              0-based
    ["delete_row", sheet, row]              0-based
    ["add_tab", name]
    ["rename_tab", sheet, name]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField
from com.sun.star.table.TableSortFieldType import AUTOMATIC

EPOCH = dt.date(1899, 12, 30)


def prop(name, value):
    return PropertyValue(name, 0, value, 0)


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def type_cell(document, sheet, place, value):
    cell = document.Sheets.getByName(sheet).getCellRangeByName(place)
    if value is None:
        cell.setString("")
    elif isinstance(value, dict):
        cell.setValue((dt.date.fromisoformat(value["date"]) - EPOCH).days)
        cell.NumberFormat = document.NumberFormats.queryKey("YYYY-MM-DD", document.CharLocale, False)
    elif isinstance(value, bool):
        cell.setFormula("=TRUE()" if value else "=FALSE()")
    elif isinstance(value, (int, float)):
        cell.setValue(value)
    else:
        cell.setString(value)


def sort(document, sheet, place, column, up):
    field = TableSortField()
    field.Field, field.IsAscending, field.FieldType = column, up, AUTOMATIC
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    target = document.Sheets.getByName(sheet).getCellRangeByName(place)
    target.sort((prop("SortFields", fields), prop("ContainsHeader", False)))


def act(document, verb, *facts):
    sheets = document.Sheets
    if verb == "type":
        type_cell(document, *facts)
    elif verb == "sort":
        sort(document, *facts)
    elif verb == "insert_column":
        sheets.getByName(facts[0]).Columns.insertByIndex(facts[1], 1)
    elif verb == "insert_row":
        sheets.getByName(facts[0]).Rows.insertByIndex(facts[1], 1)
    elif verb == "delete_row":
        sheets.getByName(facts[0]).Rows.removeByIndex(facts[1], 1)
    elif verb == "add_tab":
        sheets.insertNewByName(facts[0], sheets.Count)
    elif verb == "rename_tab":
        sheets.getByName(facts[0]).setName(facts[1])
    else:
        raise SystemExit(f"unknown verb {verb}")


def main():
    path = os.path.abspath(sys.argv[1])
    acts = json.load(sys.stdin)
    profile = tempfile.mkdtemp(prefix="office-")
    pipe = f"sheetsync{os.getpid()}"
    command = ["soffice", "--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen([*command, f"-env:UserInstallation=file://{profile}"], stdout=subprocess.DEVNULL)
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (prop("Hidden", True),))
        for each in acts:
            act(document, *each)
        document.storeToURL(uno.systemPathToFileUrl(path), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        document.close(True)
        try:
            desktop.terminate()
        except Exception:
            pass
        office.wait(30)
    finally:
        office.kill()
        office.wait()
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main()
