-- The six indicators as an engineer would write them for this one bank. Each block: the manager, N and D (a sum's is 0).
-- Steps named "make" are done first, in their order.

-- make
CREATE TEMP MACRO weight(first, until, share_first, share_until, share_ppm) AS
    ((least(until, share_until) - greatest(first, share_first)) * share_ppm)::DECIMAL(38, 0);

-- make
CREATE TEMP TABLE shares AS SELECT customer, manager, first, until, share_ppm FROM read_parquet($shares);

-- make
CREATE TEMP TABLE accounts AS SELECT account, customer FROM read_parquet($accounts) WHERE kind = 'deposit';

-- make
CREATE TEMP TABLE deposits AS
SELECT customer, greatest(valid_from, $first) AS first, least(valid_until, $until) AS until, balance
FROM read_parquet($spans) JOIN accounts USING (account)
WHERE valid_from < $until AND valid_until > $first;

-- make
CREATE TEMP TABLE base AS
SELECT customer, $first AS first, $until AS until,
       sum(balance::DECIMAL(38, 0) * (least(valid_until, $base_until) - greatest(valid_from, $base_first))) AS held
FROM read_parquet($base_spans) JOIN accounts USING (account)
WHERE valid_from < $base_until AND valid_until > $base_first
GROUP BY customer;

-- deposits.daily_average
SELECT manager, sum(balance * weight(f.first, f.until, s.first, s.until, share_ppm)), 0
FROM deposits f JOIN shares s ON f.customer = s.customer AND f.first < s.until AND s.first < f.until
GROUP BY manager;

-- deposits.daily_average_increment
SELECT manager, sum(n), 0 FROM (
    SELECT manager, sum(balance * weight(f.first, f.until, s.first, s.until, share_ppm)) * $base_days AS n
    FROM deposits f JOIN shares s ON f.customer = s.customer AND f.first < s.until AND s.first < f.until
    GROUP BY manager
    UNION ALL
    SELECT manager, -sum(held * weight(f.first, f.until, s.first, s.until, share_ppm))
    FROM base f JOIN shares s ON f.customer = s.customer AND f.first < s.until AND s.first < f.until
    GROUP BY manager
) GROUP BY manager;

-- deposits.period_end_balance
SELECT manager, sum(balance::DECIMAL(38, 0) * share_ppm), 0
FROM deposits f JOIN shares s ON f.customer = s.customer AND $last >= s.first AND $last < s.until
WHERE f.until = $until
GROUP BY manager;

-- intermediate_income.total
SELECT manager, sum(amount::DECIMAL(38, 0) * share_ppm), 0
FROM read_parquet($fees) f JOIN shares s ON f.customer = s.customer AND f.day >= s.first AND f.day < s.until
WHERE f.day BETWEEN $first AND $last
GROUP BY manager;

-- loans.granted
SELECT manager, sum(amount::DECIMAL(38, 0) * share_ppm), 0
FROM read_parquet($loans) f JOIN shares s
  ON f.customer = s.customer AND f.granted_on >= s.first AND f.granted_on < s.until
WHERE f.granted_on BETWEEN $first AND $last
GROUP BY manager;

-- risk.npl_ratio
SELECT manager,
       sum(CASE WHEN classification IN ('substandard', 'doubtful', 'loss') THEN owed ELSE 0 END * share_ppm),
       sum(owed * share_ppm)
FROM (SELECT customer, classification, coalesce(outstanding, amount)::DECIMAL(38, 0) AS owed
      FROM read_parquet($loans)
      WHERE granted_on <= $last AND (written_off_on IS NULL OR written_off_on > $last)) f
JOIN shares s ON f.customer = s.customer AND $last >= s.first AND $last < s.until
GROUP BY manager;
