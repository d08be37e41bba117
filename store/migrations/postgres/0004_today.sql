-- +goose Up
-- What presses first comes first: the day by which something in a case is due; 9998 when nothing is, 9999 when it has ended.
ALTER TABLE cases ADD COLUMN pressing TEXT COLLATE "C" NOT NULL DEFAULT '9998';
UPDATE cases SET pressing = COALESCE(
  (SELECT MIN(t.due) FROM tasks t WHERE t.case_no = cases.no AND t.due <> ''),
  CASE WHEN state IN ('refused', 'withdrawn', 'cancelled', 'revoked', 'closed') THEN '9999' ELSE '9998' END);
-- Whether a case lies in sight is told by the index alone: its body is long, and is read for the page that is shown only.
-- The unit is as long as somebody wrote it, and an index takes short columns only.
CREATE INDEX cases_by_pressing ON cases (pressing, opened DESC, no DESC, mark, first_submitted, procedure, state, person);
DROP INDEX cases_by_state;
CREATE INDEX cases_by_state ON cases (state, opened, no, pressing, mark, first_submitted, procedure, person);
CREATE INDEX cases_seen ON cases (no, mark, first_submitted, procedure, state, person, opened, pressing);

-- Who is abroad is told without reading the rows of those who are not.
DROP INDEX register_rows_open;
CREATE INDEX register_rows_open ON register_rows (register, until_day, from_day, case_no);

-- What waits for a post is found by the index alone, with the level of the case's mark; until that is written it is the highest.
ALTER TABLE tasks ADD COLUMN mark BIGINT NOT NULL DEFAULT 2;
UPDATE tasks SET mark = COALESCE((SELECT c.mark FROM cases c WHERE c.no = tasks.case_no), 2);
DROP INDEX tasks_by_post;
DROP INDEX tasks_by_person;
CREATE INDEX tasks_by_post ON tasks (post, due, case_no, since, mark);
CREATE INDEX tasks_by_person ON tasks (person, post, due, case_no, since, mark);

-- The cases in which somebody acted last are found without reading the entries.
DROP INDEX entries_by_person;
CREATE INDEX entries_by_person ON entries (person, id, case_no);

-- +goose Down
SELECT 1;
