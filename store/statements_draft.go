package store

// The statements about drafts.
const (
	oneDraft    = `SELECT body FROM drafts WHERE id = $1`
	draftsOf    = `SELECT body FROM drafts WHERE person = $1 ORDER BY updated DESC, id LIMIT $2`
	countDrafts = `SELECT COUNT(*) FROM drafts WHERE person = $1`
	addDraft    = `INSERT INTO drafts (id, person, procedure, title, version, updated, body) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	changeDraft = `UPDATE drafts SET person = $2, procedure = $3, title = $4, version = $5, updated = $6, body = $7 WHERE id = $1 AND version = $8`
	dropDraft   = `DELETE FROM drafts WHERE id = $1`
)

// draftStatements lists them.
func draftStatements() []string {
	return []string{oneDraft, draftsOf, countDrafts, addDraft, changeDraft, dropDraft}
}
