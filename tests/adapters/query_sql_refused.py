"""SELECTs that are refused: the text, words of the message, the place."""

from __future__ import annotations

REFUSED = [
    ("SELECT 1", "without FROM", "line 1, column 8"),
    ("SELECT nme FROM customers", "There is no column nme", "line 1, column 8"),
    ("SELECT id\nFROM custmers", "There is no table custmers", "line 2, column 6"),
    (
        "SELECT name FROM customers c,\n products p WHERE c.id = p.product",
        "a column of c and p",
        "line 1, column 8",
    ),
    ("SELECT id FROM sales\nLIMIT 3", "LIMIT without ORDER BY", "line 2, column 7"),
    (
        "SELECT region, count(*) FROM customers\nGROUP BY ROLLUP (region)",
        "ROLLUP",
        "line 2, column 18",
    ),
    (
        "SELECT region, count(*) FROM customers GROUP BY GROUPING SETS ((region), ())",
        "GROUPING",
        "line 1, column 65",
    ),
    ("SELECT id FROM sales INTERSECT SELECT id FROM customers", "INTERSECT", "line 1, column 8"),
    ("SELECT id FROM sales EXCEPT SELECT id FROM customers", "EXCEPT", "line 1, column 8"),
    (
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT n FROM t",
        "Recursion",
        "line 1, column 16",
    ),
    (
        "SELECT s.id FROM sales s, customers c",
        "c is joined without an equality",
        "line 1, column 27",
    ),
    (
        "SELECT s.id FROM sales s JOIN customers c ON s.id < c.id",
        "without an equality",
        "line 1, column 31",
    ),
    ("SELECT any_value(note) FROM sales", "any_value()", "line 1, column 8"),
    ("SELECT id,\n random() FROM sales", "rand()", "line 2, column 2"),
    (
        "SELECT id, string_agg(note, ',') FROM sales GROUP BY id",
        "group_concat()",
        "line 1, column 23",
    ),
    ("SELECT customer, note FROM sales GROUP BY customer", "neither grouped", "line 1, column 18"),
    ("SELECT row_number() OVER () FROM sales", "without ORDER BY", "line 1, column 8"),
    (
        "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM sales",
        "frame",
        "line 1, column 8",
    ),
    (
        "SELECT id FROM sales s WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id < s.id)",
        "without an equality",
        "line 1, column 45",
    ),
    (
        "SELECT id FROM customers c WHERE score > (SELECT amount FROM sales s "
        "WHERE s.customer = c.id)",
        "several rows",
        "line 1, column 50",
    ),
    ("SELECT strlen(note) FROM sales", "bytes", "line 1, column 8"),
    ("SELECT DISTINCT ON (customer) id FROM sales", "DISTINCT ON", "line 1, column 21"),
    ("SELECT [id] FROM sales", "array()", "line 1, column 9"),
    ("SELECT id FROM sales TABLESAMPLE 10%", "SAMPLE", "line 1, column 34"),
    ("SELECT id FROM sales WHERE day = 'soon'", "'soon' is no date", "line 1, column 34"),
    ("SELECT id FROM 'sales.csv'", "no table sales.csv", "line 1, column 16"),
    ("INSERT INTO sales VALUES (1)", "INSERT", "line 1, column 13"),
    ("SELECT FROM WHERE", "no SQL", "line 1, column 17"),
    ("SELECT id FROM sales; SELECT id FROM sales", "several statements", ""),
    ("SELECT date_trunc(note, day) FROM sales", "must be a literal", "line 1, column 19"),
    (
        "SELECT id FROM sales JOIN BY (TYPE single) regions USING (region)",
        "SINGLE joins",
        "line 1, column 44",
    ),
    ("SELECT DISTINCT id FROM sales ORDER BY amount", "what is not selected", "line 1, column 40"),
    (
        "SELECT amount, count(*) FROM sales GROUP BY amount",
        "float64 is no key",
        "line 1, column 45",
    ),
    ("SELECT id FROM sales ORDER BY id LIMIT 10%", "LIMIT with a share", "line 1, column 40"),
    ("SELECT 'infinity'::DOUBLE FROM sales", "no number", "line 1, column 8"),
    ("SELECT id FROM sales NATURAL JOIN products", "NATURAL joins", "line 1, column 35"),
]
