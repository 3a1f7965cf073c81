import type { Notice } from '#domain/approval/notice.ts';

/** How a notice looks in each channel. Text from an agent is never markup there. */

export function headline({ asker, recipient }: Notice): string {
  return recipient.kind === 'on-call'
    ? `Nobody has answered ${asker} yet`
    : `${asker} asks for the approval of a ${recipient.role}`;
}

/** Answering needs that one signs in, or the person's own token, which no channel has. */
function howToAnswer({ decisionId, server, page }: Notice): string {
  const otherwise = page === undefined ? '' : 'Or at a terminal: ';
  return `${otherwise}acgs explain ${decisionId} shows all of it, acgs approve ${decisionId} answers (server ${server}).`;
}

/** What the link to the console is called. */
const OPEN_PAGE = 'Open in the console';

/** Slack, incoming webhook: Block Kit with plain text, so that `<`, `*` and `@here` in a command are only characters. */
export function slackMessage(notice: Notice): object {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  return {
    text: escapeSlack(headline(notice)),
    blocks: [
      { type: 'header', text: plain(headline(notice).slice(0, 150)) },
      { type: 'section', text: plain(notice.subject) },
      { type: 'context', elements: [plain(notice.reason.slice(0, 2_000))] },
      // The one place with markup: the address is ours.
      ...(notice.page === undefined
        ? []
        : [{ type: 'section', text: { type: 'mrkdwn', text: `<${escapeSlack(notice.page)}|${OPEN_PAGE}>` } }]),
      { type: 'context', elements: [plain(howToAnswer(notice))] },
    ],
  };
}

/** Microsoft Teams, workflow webhook: an Adaptive Card 1.4, whose TextRun is no Markdown. */
export function teamsMessage(notice: Notice): object {
  const text = (content: string, more: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: content, ...more }],
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            text(headline(notice), { weight: 'Bolder', size: 'Medium' }),
            text(notice.subject, { fontType: 'Monospace' }),
            text(notice.reason),
            text(howToAnswer(notice), { fontType: 'Monospace' }),
          ],
          ...(notice.page === undefined
            ? {}
            : { actions: [{ type: 'Action.OpenUrl', title: OPEN_PAGE, url: notice.page }] }),
        },
      },
    ],
  };
}

/** E-mail: plain text only. A subject has one line. */
export function mailMessage(notice: Notice): { readonly subject: string; readonly text: string } {
  return {
    subject: `[ACGS] ${headline(notice)}`.replace(/[\r\n]+/g, ' '),
    text: `${headline(notice)}:\n\n    ${notice.subject}\n\n${notice.reason}\n\n${notice.page === undefined ? '' : `${notice.page}\n\n`}${howToAnswer(notice)}\n`,
  };
}

/** The three characters that Slack reads as markup in `text` (its documentation, "Escaping text"). */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
