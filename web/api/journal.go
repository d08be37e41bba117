package api

import (
	"net/http"
	"reflect"

	"chancery/core/account"
	"chancery/core/journal"
)

func (d *Door) journalOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/journal/head", id: "show-head", scope: account.ScopeRead, say: say("存证现状和签名的检查点", "How far the journal goes, and the signed checkpoint"),
			answer: reflect.TypeFor[journal.Head](), do: func(c *call) (any, error) { return d.record.Head(c.r.Context()) },
		},
		{
			method: http.MethodGet, path: "/api/cases/{no}/proof", id: "prove-case", scope: account.ScopeRead,
			say:    say("一个案件的证明文件；chancery journal check-proof 可脱机核对", "The proof file of a case; chancery journal check-proof checks it without the data"),
			answer: reflect.TypeFor[journal.Proof](), do: func(c *call) (any, error) {
				return d.desk.Proof(c.r.Context(), c.reader, c.r.PathValue("no"))
			},
		},
	}
}
