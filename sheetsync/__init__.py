"""sheetsync keeps a seller's monthly plan alive in Excel or Google Sheets."""

__version__ = "0.1.0"
