-- Settlements: do the lines add up to the stated total?
--
-- Meaning: for each settlement, the total Amazon states and the sum of its lines. They agree to the cent in every real
--          file seen, so a gap means that lines are missing or were misread.
-- Grain:   marketplace, currency, settlement.
-- Unit:    micros of the currency.
-- Formula: Edge: gap = stated - sum of lines.
-- Source:  Settlement reports V1 and V2 (the first row states the total).
SELECT
    s.marketplace, s.currency, s.settlement_id, min(s.first_day) AS first_day, max(s.last_day) AS last_day,
    max(s.as_of) AS as_of, max(s.import_id) AS import_id,
    count(*) AS row_count,
    max(s.stated) AS stated,
    sum(s.amount) AS lines
FROM settlement_lines AS s
WHERE s.settlement_id <> ''
GROUP BY s.marketplace, s.currency, s.settlement_id
ORDER BY s.marketplace, s.currency, s.settlement_id
