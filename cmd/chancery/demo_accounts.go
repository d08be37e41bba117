package main

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"runtime/debug"
	"strings"

	"chancery/core/account"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// demoDuties are the people of the invented office who keep its accounts.
func demoDuties() map[office.PersonID]account.Duty {
	return map[office.PersonID]account.Duty{"admin-system": account.System, "admin-security": account.Security, "admin-audit": account.Audit}
}

// demoAccounts gives everybody of the invented office an account under one password that is made up at each start, and
// prints it. No second factor is asked for: the office is invented and answers on this machine.
func (a *App) demoAccounts(d *desk.Desk) error {
	o, err := d.Office(a.ctx)
	if err != nil {
		return err
	}
	var people []desk.Newcomer
	var logins []string
	for _, p := range o.Persons {
		people = append(people, desk.Newcomer{Person: p.ID, Duty: demoDuties()[p.ID]})
		logins = append(logins, string(p.ID))
	}
	password := demoPassword()
	if err := d.Settlers(a.ctx, password, people); err != nil {
		return err
	}
	debug.FreeOSMemory() // a password is hashed in nineteen megabytes, which are not needed again
	fmt.Fprintln(a.out, text.Text{
		ZH: "演示账号：{logins}\n密码：{password}", EN: "demo logins: {logins}\npassword: {password}",
	}.Fill(text.Args{"logins": strings.Join(logins, " "), "password": password}).In(a.lang()))
	return nil
}

// demoPassword is sixteen letters and digits in groups of four.
func demoPassword() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}
