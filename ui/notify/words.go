package notify

import (
	"fmt"
	"strings"

	"unibox/api"
	"unibox/state"
)

// popup is a pop-up, and the conversation that it is about; none where it is about several.
type popup struct {
	Popup
	about api.ConversationID
}

// words are the pop-ups about those who wrote: one each, or one for all of them.
func (n *Notifier) words(all []one) []popup {
	if len(all) > mostPopups {
		title := n.env.Plural(len(all), "%d customer wrote", "%d customers wrote")
		return []popup{{Popup{n.id(api.ConversationID{}), title, n.names(all)}, api.ConversationID{}}}
	}
	popups := make([]popup, len(all))
	for i, o := range all {
		id := o.row.Conversation.ID
		popups[i] = popup{Popup{n.id(id), n.title(o.row), n.body(o.row)}, id}
		n.popups[popups[i].ID] = id // so that the next one gets a name of its own
	}
	return popups
}

// title says who wrote.
func (n *Notifier) title(row state.Row) string {
	if n.told.Text == "none" {
		return n.env.T("A customer wrote")
	}
	return fmt.Sprintf("%s (%s)", n.env.Name(row.Conversation), n.env.Code(row.Conversation))
}

// body is what they wrote, as far as it may be shown.
func (n *Notifier) body(row state.Row) string {
	p := row.Preview.Or(state.Preview{})
	switch text := n.env.Line(p.Body); {
	case n.told.Text != "all" || n.env.Hides(row.Conversation.ID):
		return n.env.Plural(max(1, row.Unread), "%d new message", "%d new messages")
	case text == "":
		return n.env.Plural(max(1, p.Attachments), "%d file", "%d files")
	case row.Unread > 1:
		return n.env.T("%s (%d unread)", text, row.Unread)
	default:
		return text
	}
}

// names lists the first of those who wrote.
func (n *Notifier) names(all []one) string {
	if n.told.Text == "none" {
		return ""
	}
	var names []string
	for _, o := range all[:mostPopups] {
		names = append(names, n.env.Name(o.row.Conversation))
	}
	return n.env.T("%s and %d more", strings.Join(names, ", "), len(all)-mostPopups)
}
