package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/text"
	"chancery/jobs"
)

// webhook writes a message by Standard Webhooks (https://www.standardwebhooks.com): signed over its id, the time and the body.
func webhook(s job.HookSecret, e job.HookEvent, link string, id int64, now time.Time) (letter, error) {
	type told struct {
		Case   string    `json:"case,omitempty"`
		Number text.Text `json:"number,omitzero"`
		Entry  int       `json:"entry,omitempty"`
		Title  string    `json:"title,omitempty"`
		Link   string    `json:"link,omitempty"`
	}
	body, err := written(struct {
		Type      casework.Kind `json:"type"`
		Timestamp string        `json:"timestamp"`
		Data      told          `json:"data"`
	}{e.Kind, e.At.Time().UTC().Format(time.RFC3339Nano), told{e.Case, e.Number, e.Entry, e.Title, link}})
	if err != nil {
		return letter{}, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Sign, "whsec_"))
	if err != nil {
		return letter{}, fmt.Errorf("the secret is none: %w", jobs.ErrForGood)
	}
	name, at := "msg_"+strconv.FormatInt(id, 10), strconv.FormatInt(now.Unix(), 10)
	h := http.Header{}
	h.Set("webhook-id", name)
	h.Set("webhook-timestamp", at)
	h.Set("webhook-signature", "v1,"+mac(key, name+"."+at+"."+string(body)))
	return letter{s.URL, body, h}, nil
}

// wecom writes to a group's robot of WeCom, whose key stands in its address.
func wecom(s job.HookSecret, words string) (letter, error) {
	body, err := written(map[string]any{"msgtype": "text", "text": map[string]any{"content": words}})
	return letter{s.URL, body, nil}, err
}

// dingtalk writes to a robot of DingTalk. Where it was given a secret, the time in milliseconds is signed with it.
func dingtalk(s job.HookSecret, words string, now time.Time) (letter, error) {
	body, err := written(map[string]any{"msgtype": "text", "text": map[string]any{"content": words}})
	if err != nil || s.Sign == "" {
		return letter{s.URL, body, nil}, err
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return letter{}, fmt.Errorf("the address is none: %w", jobs.ErrForGood)
	}
	at := strconv.FormatInt(now.UnixMilli(), 10)
	q := u.Query()
	q.Set("timestamp", at)
	q.Set("sign", mac([]byte(s.Sign), at+"\n"+s.Sign))
	u.RawQuery = q.Encode()
	return letter{u.String(), body, nil}, nil
}

// feishu writes to a robot of Feishu. Where it was given a secret, nothing is signed with the time in seconds and the
// secret as the key.
func feishu(s job.HookSecret, words string, now time.Time) (letter, error) {
	m := map[string]any{"msg_type": "text", "content": map[string]any{"text": words}}
	if s.Sign != "" {
		at := strconv.FormatInt(now.Unix(), 10)
		m["timestamp"], m["sign"] = at, mac([]byte(at+"\n"+s.Sign), "")
	}
	body, err := written(m)
	return letter{s.URL, body, nil}, err
}

func mac(key []byte, over string) string {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write([]byte(over)) // never fails
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func written(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write message: %w", err)
	}
	return body, nil
}

// said is what a robot says: plain words, in which nothing calls anybody or leads elsewhere.
func said(e job.HookEvent, link string) string {
	if e.Kind == job.HookTest {
		return "外事枢务：测试消息，连接正常。"
	}
	title, ok := happened()[e.Kind]
	if !ok {
		title = string(e.Kind)
	}
	out := "外事枢务：" + strings.TrimSpace(e.Number.ZH+" "+title)
	if e.Title != "" {
		out += "\n" + strings.NewReplacer("<", "＜", ">", "＞", "@", "＠", "\r", " ", "\n", " ").Replace(e.Title)
	}
	if link != "" {
		out += "\n" + link
	}
	return out
}

// happened is what the acts are called.
func happened() map[casework.Kind]string {
	return map[casework.Kind]string{
		casework.Submitted: "已报送", casework.ReturnedBack: "已退回", casework.Countersigned: "已会签", casework.Commented: "有新意见", casework.Answered: "已答复",
		casework.SignerAdded: "已加签", casework.SignerRemoved: "已减签", casework.Reassigned: "已转办", casework.NoticePosted: "已公示", casework.Objected: "收到异议",
		casework.ObjectionSettled: "异议已核查", casework.NoticeEnded: "公示期满", casework.DecisionAsked: "已报请上级", casework.DecisionReceived: "已收到上级批复",
		casework.ApprovedNow: "已批准", casework.RefusedNow: "不予批准", casework.Issued: "已制发批件", casework.Fulfilled: "事项已办", casework.Hindered: "事项受阻",
		casework.Departed: "已出境", casework.ChangeAsked: "申请变更", casework.CameHome: "已回国", casework.HandedBack: "证照已交回", casework.Reported: "已提交报告",
		casework.PostNoticed: "已作事后公示", casework.Settled: "已核销", casework.ClosedNow: "已办结", casework.WithdrawnNow: "已撤回", casework.CancelledNow: "已取消",
		casework.RevokedNow: "已撤销", casework.Recalled: "已收回", casework.Corrected: "已更正", casework.Attached: "已附材料", casework.LapsedNow: "逾期未答",
		casework.Escalated: "超期转报", casework.Reminded: "到期提醒", casework.Recounted: "时限已重算", job.DutyCameBack: "例行事项到期",
	}
}

// taken reads what a messenger answers: it says with 200 also that it did not take a message. A code that no second try
// mends is given up.
func taken(body []byte) error {
	var a struct {
		ErrCode    *int   `json:"errcode"`
		ErrMsg     string `json:"errmsg"`
		Code       *int   `json:"code"`
		Msg        string `json:"msg"`
		StatusCode *int   `json:"StatusCode"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return fmt.Errorf("the answer is not that of a messenger: %w", err)
	}
	code, words := a.ErrCode, a.ErrMsg
	if code == nil {
		code, words = a.Code, a.Msg
	}
	if code == nil {
		code = a.StatusCode
	}
	switch {
	case code == nil:
		return fmt.Errorf("the answer says nothing of a code")
	case *code == 0:
		return nil
	case slices.Contains([]int{
		93000, 40058, // WeCom: no such robot; a message in a wrong form
		310000, 300001, 300005, 400101, // DingTalk: signature, key word or address refused; no such robot
		19001, 19002, 19021, 19022, 19024, // Feishu: no such robot; a wrong form; signature, address or key word refused
	}, *code):
		return fmt.Errorf("refused with code %d %s: %w", *code, words, jobs.ErrForGood)
	}
	return fmt.Errorf("not taken, with code %d %s", *code, words)
}
