"""One grammar for every "when": `any`, `all` and `none` over typed fields, as data.

    {"version": 1, "all": [
        {"field": "priority", "operator": "one_of", "value": [1, 2]},
        {"none": [{"field": "created_at", "operator": "in_last", "value": {"days": 3}}]}]}

`parse` makes a `Condition` of it, which is judged in memory (`holds`), as SQL (`q`), for what it depends on, and said.
What is missing meets no test, and every negation is the exact opposite: memory and SQL agree. Why it is so, and what a
field costs, stands in docs/decisions/0016-one-condition.md.
"""

from firstline.kit.conditions.condition import Condition, Dependencies, Group, Test
from firstline.kit.conditions.fields import Facts, Family, Field, Fields
from firstline.kit.conditions.parser import parse
from firstline.kit.conditions.sentences import sentence

__all__ = ["Condition", "Dependencies", "Facts", "Family", "Field", "Fields", "Group", "Test", "parse", "sentence"]
