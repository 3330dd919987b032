"""The table of hostile requests, counted: its rows stand in hostile_requests.py, which plays them, too."""

import durability
import hostile_requests


class Problems(hostile_requests.Report):
    """Says nothing of what is right."""

    def case(self, name, problems, remark=""):
        if problems:
            super().case(name, problems, remark)


def all_of_them(folder, row):
    report = Problems()
    tables = hostile_requests.play_table(report)
    row.rounds = sum(table.requests for table in tables)
    row.acknowledged = sum(table.acknowledged for table in tables)
    row.stored = sum(table.records for table in tables)
    row.torn = sum(table.broken for table in tables)
    row.crashed += len(tables) - 1
    row.remark = "a good request behind each"
    durability.expect(report.failed, 0, "rows that failed")


def play(table, scale):
    case = table.case if scale.is_whole else table.leave
    case("hostile requests", all_of_them)
