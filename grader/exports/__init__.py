"""Exports: points and reports as files for other programs; `grader.exports.formats` has one module per format."""
