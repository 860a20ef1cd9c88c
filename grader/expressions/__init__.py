"""Students' formulas as typed trees and values.

The parsers read everything or fail; nothing is ever evaluated as code.
"""
