"""Words by which an answer takes back what it says."""

from __future__ import annotations

import re

# Words by which an answer takes back what it says.
DENIED = re.compile(
    r"(?i)\b(?:that|this|it|das|dies)\s+(?:is|was|ist|war)\s+(?:wrong|false|incorrect|falsch|not\s+(?:right|correct|true)|nicht\s+richtig)"
    r"|\bnot right\b|\bwir sind (?:uns )?nicht sicher|\bnot sure\b"
)
