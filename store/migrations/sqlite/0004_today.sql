-- +goose Up
-- What presses first comes first: the day by which something in a case is due; 9998 when nothing is, 9999 when it has ended.
ALTER TABLE cases ADD COLUMN pressing TEXT NOT NULL DEFAULT '9998';
UPDATE cases SET pressing = COALESCE(
  (SELECT MIN(t.due) FROM tasks t WHERE t.case_no = cases.no AND t.due <> ''),
  CASE WHEN state IN ('refused', 'withdrawn', 'cancelled', 'revoked', 'closed') THEN '9999' ELSE '9998' END);
CREATE INDEX cases_by_pressing ON cases (pressing, opened DESC, no DESC);
CREATE INDEX cases_tally ON cases (state, pressing, mark, first_submitted, procedure, unit, person);

-- The tasks of a post or a person are found with their day and their case, without reading them.
DROP INDEX tasks_by_post;
DROP INDEX tasks_by_person;
CREATE INDEX tasks_by_post ON tasks (post, due, case_no);
CREATE INDEX tasks_by_person ON tasks (person, due, case_no);

-- The cases in which somebody acted last are found without reading the entries.
DROP INDEX entries_by_person;
CREATE INDEX entries_by_person ON entries (person, id, case_no);

-- +goose Down
SELECT 1;
