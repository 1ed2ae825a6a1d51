-- SELECTs that are taken: a statement for everything that docs/workloads/query.md says is.
-- test_query_sql.py has the tables.

-- Select list, WHERE
SELECT * FROM sales;
SELECT id, amount * 2 AS twice, note FROM sales WHERE pieces > 2 AND NOT paid;
SELECT s.*, s.amount - 1 AS less FROM sales AS s WHERE s.amount BETWEEN 10 AND 200.5;
SELECT * EXCLUDE (note, made) REPLACE (pieces + 1 AS pieces) FROM sales;
SELECT ID, Amount FROM SALES WHERE Note = 'red apple' OR note IS NULL;
SELECT id, amount AS a, a + 1 AS b, b * a AS c FROM sales WHERE a > 3;
SELECT id, pieces AS amount, amount AS pieces FROM sales;
SELECT id AS "an id", note AS "it's", 7 AS seven, NULL AS nothing, 'x' AS x FROM sales;
SELECT DISTINCT customer, product FROM sales;
SELECT id FROM sales WHERE pieces IN (1, 2, 3) AND note NOT IN ('x_y', 'red apple');
SELECT id FROM sales WHERE pieces IN (1, NULL) OR customer NOT IN (1, 2, NULL);
SELECT id, pieces IN (1, NULL) AS a, pieces NOT IN (1, 2) AS b, pieces IN (id, 3) AS c FROM sales;
SELECT id, paid IS TRUE AS a, paid IS NOT TRUE AS b, paid IS FALSE AS c, NOT paid AS d, amount IS
    NOT NULL AS e, pieces IS DISTINCT FROM 2 AS f, pieces IS NOT DISTINCT FROM customer AS g FROM
    sales;
SELECT id FROM sales WHERE NOT (pieces > 2 OR note LIKE 'red%') AND (paid OR amount < 100);
SELECT id, 2 + 3 * pieces - (4 - pieces) AS a, -(pieces - 2) AS b, (pieces + 1) * 2 / 4 AS c, pieces
    - (1 - 2) AS d, 7 // 2 AS e, pieces // 2 AS f, pieces % 3 AS g, -pieces % 2 AS h, amount /
    pieces AS i, amount / 0 AS j, 1e2 * pieces AS k FROM sales;
SELECT id FROM sales WHERE amount / 1000 BETWEEN 0.06 - 0.01 AND 0.06 + 0.01;
SELECT id FROM sales WHERE pieces AND paid = true;
SELECT id FROM sales WHERE (pieces > 1) = paid;

-- CASE and functions
SELECT id, CASE WHEN pieces > 3 THEN 'many' WHEN pieces > 0 THEN 'few' END AS a, CASE pieces WHEN 1
    THEN 'one' WHEN 2 THEN 'two' ELSE note END AS b, CASE WHEN paid THEN 1 ELSE 0.5 END AS c,
    if(paid, pieces, NULL) AS d, coalesce(pieces, customer, 0) AS e, coalesce(amount, 0) AS f,
    nullif(pieces, 2) AS g, ifnull(note, '-') AS h FROM sales;
SELECT id, greatest(pieces, customer, 2) AS a, least(amount, pieces) AS b, abs(amount) AS c,
    round(amount) AS d, round(amount, 1) AS e, floor(amount) AS f, ceil(amount) AS g, trunc(amount)
    AS h, sign(pieces) AS i, sqrt(amount) AS j, ln(abs(amount) + 1) AS k, log10(abs(pieces) + 1) AS
    l, log2(abs(pieces) + 1) AS m, pow(pieces, 2) AS n, pieces ^ 2 AS o, exp(pieces) AS p,
    log(abs(pieces) + 1) AS q FROM sales WHERE amount >= 0;
SELECT id, lower(note) AS a, upper(note) AS b, length(note) AS c, substr(note, 2, 3) AS d,
    substring(note FROM 1 FOR 2) AS e, note[2:4] AS f, left(note, 3) AS g, right(note, 2) AS h,
    trim(note) AS i, replace(note, 'e', 'E') AS j, position('e' IN note) AS k, strpos(note, 'a') AS
    l, note || '!' AS m, concat(note, '-', pieces) AS n, contains(note, 'app') AS o,
    starts_with(note, 'red') AS p, ends_with(note, 's') AS q, prefix(note, 'Red') AS r, suffix(note,
    'Pear') AS s, ltrim(note) AS t FROM sales;
SELECT id, note LIKE 'red%' AS a, note LIKE '%apple' AS b, note LIKE '%special%requests%' AS c, note
    LIKE 'x_y' AS d, note NOT LIKE '%e%' AS e, note ILIKE 'RED%' AS f, note LIKE 'x' AS g, note LIKE
    '%' AS h FROM sales;
SELECT id, regexp_matches(note, '^[rR]ed\s') AS a, regexp_replace(note, '[aeiou]', '*') AS b,
    regexp_replace(note, '(\w)e', '<\1>', 'g') AS c, regexp_extract(note, '(\w+) (\w+)', 2) AS d,
    note ~ 'app' AS e, regexp_full_match(note, '.*apple') AS f, note SIMILAR TO 'red.*' AS g FROM
    sales WHERE note <> 'Äpfel é';
SELECT id, CAST(pieces AS DOUBLE) AS a, amount::BIGINT AS b, pieces::VARCHAR AS c, day::VARCHAR AS
    d, paid::INTEGER AS e, TRY_CAST(note AS INTEGER) AS f, CAST(amount AS DECIMAL(10, 1)) AS g,
    day::TIMESTAMP AS h, made::DATE AS i, pieces::BOOLEAN AS j, '12'::INTEGER AS k FROM sales;

-- Dates
SELECT id FROM sales WHERE day >= '2023-12-01' AND day < date '2023-12-01' + INTERVAL 1 MONTH;
SELECT id FROM sales WHERE made < '2024-01-01' AND made >= TIMESTAMP '2023-12-31 06:30:00';
SELECT id FROM sales WHERE day BETWEEN '2023-12-05' AND '2024-01-20' OR day = made;
SELECT id FROM sales WHERE day <= date '1998-12-01' + INTERVAL '9400' DAY;
SELECT id, year(day) AS a, extract(month FROM day) AS b, date_part('day', made) AS c, extract(hour
    FROM made) AS d, minute(made) AS e, second(made) AS f, quarter(day) AS g, extract(dow FROM day)
    AS h, isodow(day) AS i, dayofweek(day) AS j, weekday(day) AS k, dayofyear(day) AS l, week(day)
    AS m, extract(epoch FROM made) AS n, epoch_us(made) AS o FROM sales;
SELECT id, date_trunc('month', day) AS a, date_trunc('week', day) AS b, date_trunc('hour', made) AS
    c, date_trunc('year', made) AS d, date_trunc('quarter', day) AS e, date_diff('day', day, date
    '2024-01-15') AS f, datediff('month', day, made) AS g, day - date '2023-12-01' AS h, day + 3 AS
    i, day - 1 AS j, last_day(day) AS k, make_date(2024, 2, pieces + 5) AS l FROM sales;
SELECT id, day + INTERVAL 2 DAY AS a, day - INTERVAL '1 month' AS b, made + INTERVAL 90 MINUTE AS c,
    day + INTERVAL 1 HOUR AS d, INTERVAL 1 YEAR + day AS e FROM sales;
SELECT id, strftime(day, '%Y-%m') AS a, strftime(day, '%d.%m.%Y') AS b, strftime(made, '%Y-%m-%d
    %H:%M') AS c FROM sales;

-- GROUP BY
SELECT count(*) FROM sales;
SELECT count(*), count(amount), count(DISTINCT customer), sum(pieces), avg(amount), min(note),
    max(day), stddev(amount), variance(amount), median(pieces), quantile_cont(amount, 0.25),
    stddev_pop(amount), var_pop(pieces), count_if(paid), bool_or(paid), bool_and(paid),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY amount) FROM sales;
SELECT count(*), sum(score), max(name), count(score) FROM empty;
SELECT customer, count(*) AS n, sum(amount) AS total FROM sales GROUP BY customer;
SELECT customer AS c, paid, sum(amount * (1 - pieces)) AS x FROM sales GROUP BY c, 2;
SELECT customer, product, avg(pieces) FROM sales GROUP BY ALL;
SELECT date_trunc('month', day) AS month, sum(pieces) FROM sales GROUP BY month ORDER BY month;
SELECT date_trunc('month', day) AS day, max(day) AS last FROM sales GROUP BY date_trunc('month',
    sales.day);
SELECT pieces - 1, (pieces - 1) * 2 AS b, count(*) FROM sales GROUP BY pieces - 1;
SELECT 1, customer, count(*) AS c FROM sales GROUP BY 1, customer ORDER BY c DESC, customer LIMIT
    10;
SELECT customer FROM sales GROUP BY customer;
SELECT customer + 1 FROM sales GROUP BY customer;
SELECT customer, sum(amount) FILTER (WHERE paid) AS a, count(*) FILTER (WHERE pieces > 2) AS b,
    count(DISTINCT product) FILTER (WHERE amount > 50) AS c, avg(pieces) FILTER (paid) AS d FROM
    sales GROUP BY customer;
SELECT customer, 100.0 * sum(CASE WHEN paid THEN amount ELSE 0 END) / sum(amount) AS share FROM
    sales GROUP BY customer HAVING count(*) > 3 AND sum(amount) <> 0;
SELECT customer, count(*) AS n FROM sales GROUP BY customer HAVING n > 3;
SELECT sum(amount) AS s FROM sales HAVING count(*) > 1000;
SELECT product, corr(amount, pieces) AS r FROM sales GROUP BY product HAVING count(*) > 6;
SELECT CASE WHEN pieces > 3 THEN 'many' ELSE 'few' END AS size, count(*) FROM sales GROUP BY size;
SELECT customer, sum(pieces) + count(*) AS x, sum(pieces) AS y FROM sales GROUP BY customer;
SELECT customer, count(DISTINCT CASE WHEN paid THEN product END) AS n, sum(paid::INT) AS m,
    sum(paid) AS k FROM sales GROUP BY customer;

-- ORDER BY, LIMIT
SELECT id, amount FROM sales ORDER BY amount DESC, id LIMIT 7;
SELECT id, amount FROM sales ORDER BY 2 NULLS FIRST, 1 DESC LIMIT 7 OFFSET 3;
SELECT note FROM sales ORDER BY amount DESC NULLS LAST, id LIMIT 5;
SELECT id, -amount AS amount FROM sales ORDER BY amount, id LIMIT 9;
SELECT id FROM sales ORDER BY pieces % 3, amount + 1 DESC, id LIMIT 12;
SELECT customer, count(*) FROM sales GROUP BY customer ORDER BY count(*) DESC, customer LIMIT 5;
SELECT customer, count(*) AS c FROM sales GROUP BY customer ORDER BY sum(pieces) DESC, 1 LIMIT 5;
SELECT customer, product FROM sales ORDER BY ALL LIMIT 20;
SELECT DISTINCT customer FROM sales ORDER BY customer DESC LIMIT 3;
SELECT max(amount) AS m FROM sales ORDER BY m LIMIT 1;

-- Joins
SELECT s.id, c.name FROM sales s JOIN customers c ON s.customer = c.id;
SELECT s.id, p.name, c.name, c.id FROM sales s JOIN customers c ON c.id = s.customer JOIN products p
    USING (product) WHERE p.price > 2 AND c.score < 15 ORDER BY s.id;
SELECT * FROM sales JOIN products USING (product);
SELECT * FROM customers c JOIN regions r ON c.region = r.region;
SELECT s.id, c.id, c.name, s.customer FROM sales s LEFT JOIN customers c ON s.customer = c.id AND
    c.score > 5;
SELECT s.id, c.name FROM sales s LEFT JOIN customers c ON s.customer = c.id AND s.paid WHERE c.name
    IS NULL;
SELECT s.id, c.id, r.title, r.region FROM sales s RIGHT JOIN customers c ON s.customer = c.id LEFT
    JOIN regions r USING (region);
SELECT c.id, s.id, s.note FROM sales s RIGHT JOIN customers c ON s.customer = c.id AND s.paid;
SELECT customer, s.amount, e.weight FROM sales s FULL JOIN Events e USING (customer);
SELECT s.customer, e.customer, s.id, e.kind FROM sales s FULL JOIN events e ON s.customer =
    e.customer;
SELECT s.customer AS a, e.customer AS b, customer FROM sales s FULL JOIN events e USING (customer);
SELECT id FROM sales SEMI JOIN products USING (product);
SELECT id FROM sales ANTI JOIN products p ON sales.product = p.product AND p.price > 3;
SELECT s.id, c.name, r.title FROM sales s, customers c, regions r WHERE s.customer = c.id AND
    c.region = r.region AND r.title <> 'EAST' AND s.amount > c.score;
SELECT r.title, p.kind, sum(s.amount) AS total FROM regions r, products p, customers c, sales s
    WHERE r.region = c.region AND s.customer = c.id AND p.product = s.product GROUP BY ALL ORDER BY
    total DESC;
SELECT a.id, b.id FROM customers a JOIN customers b ON a.region = b.region AND a.id < b.id;
SELECT a.name, b.name, c.name FROM customers a, customers b, customers c WHERE a.id = b.region AND
    b.id = c.region;
SELECT sum(amount) FROM sales, products WHERE (sales.product = products.product AND kind = 'A' AND
    pieces BETWEEN 1 AND 5) OR (sales.product = products.product AND kind = 'B' AND pieces > 3);
SELECT e."customer day", c.name FROM events e JOIN customers c ON e.Customer + 1 = c.id - 1;
SELECT s.id, e.weight FROM sales s JOIN events e ON s.customer = e.customer AND s.day =
    e."customer day";
SELECT s.id, b.t FROM sales s CROSS JOIN (SELECT avg(amount) AS t FROM sales) b WHERE s.amount >
    b.t;
SELECT count(*) FROM sales s LEFT JOIN customers c ON s.customer = c.id JOIN products p ON p.product
    = s.product WHERE c.region = 1 OR c.region IS NULL;
SELECT s.id FROM sales s JOIN customers c ON s.customer = c.id AND s.product = c.id;
SELECT n1.title, n2.title, count(*) FROM regions n1, regions n2, customers a, customers b WHERE
    a.region = n1.region AND b.region = n2.region AND a.id = b.region AND ((n1.title = 'EAST' AND
    n2.title = 'WEST') OR (n1.title = 'WEST' AND n2.title = 'EAST')) GROUP BY n1.title, n2.title;

-- Subqueries and CTEs
SELECT c, count(*) FROM (SELECT customer AS c, paid FROM sales WHERE amount > 10) t GROUP BY c;
SELECT n, count(*) AS many FROM (SELECT c.id, count(s.id) FROM customers c LEFT JOIN sales s ON c.id
    = s.customer AND s.note NOT LIKE '%special%requests%' GROUP BY c.id) AS t (c, n) GROUP BY n
    ORDER BY many DESC, n DESC;
WITH big AS (SELECT * FROM sales WHERE amount > 50), per AS (SELECT customer, sum(amount) AS t FROM
    big GROUP BY customer) SELECT c.name, p.t FROM per p JOIN customers c ON c.id = p.customer WHERE
    p.t = (SELECT max(t) FROM per) OR p.t < (SELECT avg(t) FROM per);
WITH sales AS (SELECT id, pieces AS p FROM sales WHERE paid) SELECT p, count(*) FROM sales GROUP BY
    p;
WITH a(x, y) AS (SELECT id, region FROM customers) SELECT l.x, r.x AS z FROM a l JOIN a r ON l.x =
    r.y;
SELECT id FROM sales WHERE customer IN (SELECT id FROM customers WHERE region = 1);
SELECT id FROM sales WHERE customer NOT IN (SELECT region FROM customers WHERE region IS NOT NULL);
SELECT id FROM sales WHERE customer NOT IN (SELECT region FROM customers);
SELECT id FROM sales WHERE customer NOT IN (SELECT id FROM empty);
SELECT id FROM sales WHERE customer = ANY (SELECT id FROM customers) AND pieces <> ALL (SELECT
    region FROM regions);
SELECT id FROM sales WHERE customer IN (SELECT customer FROM events GROUP BY customer HAVING
    sum(weight) > 30) AND paid;
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM sales s WHERE s.customer = c.id AND s.paid);
SELECT name FROM customers WHERE NOT EXISTS (SELECT * FROM sales WHERE customer = customers.id);
SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM empty) OR id < 3;
SELECT id FROM customers WHERE NOT EXISTS (SELECT 1 FROM empty);
SELECT id FROM sales WHERE amount > (SELECT avg(amount) FROM sales);
SELECT id FROM sales s WHERE amount > (SELECT 0.8 * avg(amount) FROM sales t WHERE t.product =
    s.product);
SELECT c.id, (SELECT count(*) FROM sales s WHERE s.customer = c.id) AS n, (SELECT max(amount) + 1
    FROM sales s WHERE s.customer = c.id AND s.paid) AS m FROM customers c;
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM sales s WHERE s.customer = c.id) = 0;
SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM sales s WHERE s.customer = c.id) OR
    c.region = 2;
SELECT c.id, EXISTS (SELECT 1 FROM sales s WHERE s.customer = c.id AND s.pieces > 6) AS a, c.region
    IN (SELECT region FROM regions) AS b, c.region NOT IN (SELECT pieces FROM sales) AS c, c.region
    IN (SELECT id FROM empty) AS d, c.id IN (SELECT s.product FROM sales s WHERE s.customer =
    c.region) AS e FROM customers c;
SELECT s.id FROM sales s WHERE EXISTS (SELECT * FROM sales t WHERE t.customer = s.customer AND
    t.product <> s.product) AND NOT EXISTS (SELECT * FROM sales u WHERE u.customer = s.customer AND
    u.product <> s.product AND u.amount > 100);
SELECT s.id FROM sales s WHERE NOT EXISTS (SELECT 1 FROM sales t WHERE t.customer = s.customer AND
    t.amount > s.amount);
SELECT s.id FROM sales s WHERE EXISTS (SELECT 1 FROM events e WHERE s.customer = e.customer AND
    s.day >= e."customer day");
SELECT id FROM sales WHERE product IN (SELECT product FROM products WHERE price < 5) AND customer IN
    (SELECT id FROM customers WHERE region IN (SELECT region FROM regions WHERE title <> 'EAST') AND
    score > (SELECT 0.1 * sum(amount) / 9 FROM sales t WHERE t.customer = customers.id));
SELECT s.id FROM sales s WHERE s.customer IN (SELECT e.customer FROM events e WHERE e.weight =
    s.pieces);
SELECT s.id FROM sales s WHERE s.customer NOT IN (SELECT e.customer FROM events e WHERE e.weight =
    s.pieces);
SELECT customer, sum(amount) AS t FROM sales GROUP BY customer HAVING sum(amount) > (SELECT
    sum(amount) * 0.05 FROM sales) ORDER BY t DESC;
SELECT customer, sum(amount) / (SELECT sum(amount) FROM sales) AS share FROM sales GROUP BY
    customer;
SELECT id FROM sales WHERE amount > (SELECT min(score) FROM customers) AND pieces < (SELECT
    max(score) FROM customers);
SELECT id FROM (SELECT id, amount FROM sales ORDER BY amount DESC, id LIMIT 10) WHERE id > 20;
SELECT p.name, s.pieces FROM products p JOIN sales s USING (product) WHERE s.amount = (SELECT
    min(t.amount) FROM sales t, customers c WHERE t.product = p.product AND t.customer = c.id AND
    c.region = 1);

SELECT e.weight, count(*) FROM sales s JOIN events e ON s.customer = e.customer
    WHERE s.id NOT IN (SELECT z.customer FROM sales z WHERE z.customer = e.weight AND z.paid)
    GROUP BY e.weight;

-- Windows
SELECT id, row_number() OVER (ORDER BY amount DESC, id) AS r, rank() OVER (PARTITION BY customer
    ORDER BY pieces) AS k, dense_rank() OVER (PARTITION BY customer ORDER BY pieces DESC) AS d FROM
    sales;
SELECT id, sum(amount) OVER (PARTITION BY customer) AS t, amount / sum(amount) OVER () AS share,
    count(*) OVER (PARTITION BY paid) AS n, avg(pieces) OVER (PARTITION BY product) AS a, min(day)
    OVER () AS d FROM sales;
SELECT id, sum(pieces) OVER (ORDER BY day) AS a, sum(pieces) OVER (ORDER BY id ROWS UNBOUNDED
    PRECEDING) AS b, avg(amount) OVER (PARTITION BY customer ORDER BY id ROWS BETWEEN 2 PRECEDING
    AND CURRENT ROW) AS c, count(pieces) OVER (ORDER BY day NULLS FIRST) AS d, max(amount) OVER
    (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS e FROM sales;
SELECT id, lag(amount) OVER (ORDER BY id) AS a, lead(pieces, 2) OVER (PARTITION BY customer ORDER BY
    id) AS b, lag(pieces, 1, 0) OVER (PARTITION BY customer ORDER BY id) AS c, lead(pieces, 2, -1)
    OVER (ORDER BY id) AS d, amount - lag(amount) OVER (ORDER BY id) AS e FROM sales;
SELECT id, first_value(amount) OVER (PARTITION BY customer ORDER BY id) AS a, last_value(amount)
    OVER (PARTITION BY customer ORDER BY id) AS b, last_value(amount) OVER (PARTITION BY customer
    ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c FROM sales;
SELECT id, customer FROM sales QUALIFY row_number() OVER (PARTITION BY customer ORDER BY amount
    DESC, id) <= 2;
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY product ORDER BY day DESC, id) AS n FROM
    sales WHERE day IS NOT NULL) t WHERE n = 1 ORDER BY id;
SELECT customer, sum(amount) AS t, rank() OVER (ORDER BY sum(amount) DESC) AS r, sum(sum(pieces))
    OVER () AS all_pieces FROM sales GROUP BY customer QUALIFY r <= 4 ORDER BY r, customer;
SELECT id, sum(pieces) OVER w AS a, avg(pieces) OVER w AS b FROM sales WINDOW w AS (PARTITION BY
    customer ORDER BY id);
SELECT id, sum(pieces) FILTER (WHERE paid) OVER (ORDER BY id) AS a, row_number() OVER (PARTITION BY
    pieces % 2 ORDER BY amount + 1, id) AS b FROM sales;

-- Names that come twice, casts that are tried
SELECT id, pieces % 2 AS id FROM sales ORDER BY id, amount, 1;
SELECT TRY_CAST(id * 3 AS TINYINT) AS a, TRY_CAST(note AS INTEGER) AS b, id = NULL AS c,
    coalesce(NULL, pieces) AS d FROM sales;
SELECT * EXCLUDE (c.id, region) FROM customers c JOIN regions r USING (region);

-- UNION
SELECT id, name FROM customers UNION ALL SELECT product, kind FROM products;
SELECT region FROM customers UNION SELECT region FROM regions;
SELECT id AS a, score AS b FROM customers UNION ALL SELECT product, product FROM products UNION ALL
    SELECT region, NULL FROM regions ORDER BY b DESC, 1 LIMIT 9;
SELECT a, count(*) FROM (SELECT region AS a FROM customers UNION ALL SELECT region FROM regions)
    GROUP BY a;
(SELECT id FROM customers ORDER BY score DESC, id LIMIT 3) UNION ALL (SELECT product FROM products
    WHERE price > 4);
SELECT region FROM customers UNION SELECT region FROM regions UNION ALL SELECT region FROM regions;
SELECT region FROM customers UNION ALL SELECT region FROM regions UNION SELECT pieces FROM sales;
