"""What every management command of Parley shares: `--json`, exit statuses, clear one-line faults."""

from commandline.base import ReportingCommand, aware_time, positive_int

__all__ = ["ReportingCommand", "aware_time", "positive_int"]
