"""Layouts of downloads: what each platform calls its files and folders, one module per platform."""
