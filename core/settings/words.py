"""What each setting of a bank means, in words."""

from core.indicators.indicator import Labels

WORDS = {
    "bad_rows": Labels(
        "A file with wrong rows: refuse it whole, or set_aside the wrong rows and take the rest.",
        "文件含错误行时：refuse 整个拒收，或 set_aside 仅搁置错误行。",
    ),
    "late": Labels(
        "A file that came late: stop a run, or tell and go on.", "报送迟到时：stop 停止考核，或 tell 提示。"
    ),
    "ledger_tolerance": Labels(
        "How far balances may be from the general ledger's totals, in major units, inclusive.",
        "余额与总账允许的差额（含），单位为元。",
    ),
    "missing": Labels("A file that is missing: stop a run, or tell.", "报送缺失时：stop 停止考核，或 tell 提示。"),
    "out_of_balance": Labels(
        "Balances that differ from the general ledger: stop a run, or tell.",
        "总分不符时：stop 停止考核，或 tell 提示。",
    ),
    "set_aside_percent": Labels(
        "Above this percentage of wrong rows a file is refused all the same.", "错误行占比超过该百分比时整个拒收。"
    ),
}
"""In alphabetical order of their names."""
