#!/bin/sh
# acgs-hook <agent> <event>: puts one action of a coding agent to ACGS, and blocks it when there is no clear answer.
#
# `acgs hook install` copies this file to <hook home>/acgs-hook; its settings are in <hook home>/<agent>/:
#   endpoint    http://127.0.0.1:8005 | unix:/absolute/path | https://host:port
#   deadline    seconds for the whole exchange; below the agent's own timeout
#   curl        absolute path of curl
#   token       the bearer token, mode 0600; or instead:
#   token-file  path of the token file; may start with ~/ (one token per person on a shared machine)
#   renew       program that fetches the next token, of an enrolled agent; the second line of its token file says when:
#               Unix seconds from which it is to be renewed, and at which it expires
#
# POSIX sh, no Node: it runs before every action. The payload goes straight from the agent to curl. Whatever is not a
# well-formed answer ends in `block`. The token is never an argument of a process and never in the environment.
set -uf
LC_ALL=C # lengths are bytes
PATH=/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin # not the project's
export LC_ALL PATH
IFS=' 	
'
NEWLINE='
'
# A server that never stops sending must not fill the machine. In KiB; not every system has this limit.
ulimit -S -v 1048576 2>/dev/null || :
# An answer is a few hundred bytes. More would take long to check, and the agent is waiting.
BODY_BYTES_MAX=65536
# An event that decides nothing must not hold up the agent.
NOTICE_SECONDS_MAX=5
# For a renewal that cannot be put off: a process of Node and one answer. Never more than about half of the deadline.
RENEW_SECONDS_MAX=15

agent=${1-} event=${2-} payload_read=no

# Events whose action has happened, or that have none: a failure is shown, never silent, but blocks nothing.
# Everything else can still be blocked. Kept in step with `decides` in src/agents/*/install.ts by a test.
decides() {
  case $agent/$event in
    */SessionStart | */SessionEnd | */PostToolUse | */PostToolUseFailure | */Stop | */SubagentStop) return 1 ;;
    cursor/sessionStart | cursor/sessionEnd | cursor/after* | cursor/postToolUse* | cursor/stop) return 1 ;;
    gemini-cli/AfterTool | gemini-cli/AfterAgent) return 1 ;;
    copilot/sessionStart | copilot/sessionEnd | copilot/userPromptSubmitted | copilot/postToolUse*) return 1 ;;
  esac
}

# block <reason>: the block that this agent honours for this event. The reason is plain ASCII without quotes.
block() {
  # An agent may take a broken pipe while it writes the payload for a failed hook, and go on: Codex does.
  [ -t 0 ] || cat >/dev/null 2>&1
  printf 'ACGS did not decide, so this is blocked: %s. Try "acgs hook doctor".\n' "$1" >&2
  decides || exit 1
  case $agent/$event in
    claude-code/PermissionRequest | codex/PermissionRequest) # exit code 2 is not honoured here
      printf '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"ACGS did not decide: %s"}}}\n' "$1" && exit 0
      ;;
  esac
  exit 2
}

# setting <name>: the one line of a settings file, in `value`.
setting() {
  value=
  { read -r value <"$folder/$1" || [ -n "$value" ]; } 2>/dev/null
}

# --- The call and the settings ----------------------------------------------------------------------------------------
case $agent in claude-code | codex | cursor | gemini-cli | copilot) ;; *) block 'the hook names no known agent' ;; esac
case $event in '' | *[!A-Za-z]*) block 'the hook names no event' ;; esac
case $0 in /*) folder=${0%/*}/$agent ;; *) block 'the hook was not started by its full path' ;; esac

setting endpoint || block 'its endpoint is not set'
case $value in *[!]A-Za-z0-9.:/_[-]*) block 'its endpoint is malformed' ;; esac
socket=
case $value in
  unix:/?*) socket=${value#unix:} base=http://localhost ;;
  http://127.0.0.1:[1-9]* | http://localhost:[1-9]* | 'http://[::1]:'[1-9]*)
    base=$value value=${value##*:}
    case $value in *[!0-9]*) block 'its endpoint is malformed' ;; esac
    ;;
  https://[A-Za-z0-9]*) base=${value%/} ;; # plain text stays on this machine: it carries the token
  *) block 'its endpoint is malformed' ;;
esac

setting deadline || block 'its deadline is not set'
case $value in [1-9] | [1-9][0-9] | [1-9][0-9][0-9]) deadline=$value ;; *) block 'its deadline is malformed' ;; esac
decides || [ "$deadline" -le "$NOTICE_SECONDS_MAX" ] || deadline=$NOTICE_SECONDS_MAX

setting curl || block 'its curl is not set'
curl=$value
case $curl in /*) [ -x "$curl" ] || block 'there is no curl' ;; *) block 'its curl is malformed' ;; esac

token_file=$folder/token
if [ ! -e "$token_file" ]; then
  setting token-file || block 'there is no token'
  token_file=$value
  case $token_file in '~/'*) token_file=${HOME-}/${token_file#??} ;; esac
fi
# read_token: token, and from when it is to be renewed (`due`) and is not good any more (`expires`), where the file says so.
read_token() {
  token='' due='' expires=''
  { { { read -r token || [ -n "$token" ]; } && { read -r due expires || :; }; } <"$token_file"; } 2>/dev/null
}
# start_renewal: beside this. Node reserves more address space than an answer may fill.
start_renewal() {
  (ulimit -S -v unlimited && exec "$folder/renew") </dev/null >/dev/null 2>&1 &
}
# renew: waits for the next token, and takes the time for it off the deadline; fails when none is left. A payload that is not read
# yet stays where it is.
renew() {
  patience=$(((deadline + 1) / 2))
  [ "$patience" -le "$RENEW_SECONDS_MAX" ] || patience=$RENEW_SECONDS_MAX
  start_renewal
  renewing=$!
  (sleep "$patience" && kill "$renewing") </dev/null >/dev/null 2>&1 &
  watching=$!
  wait "$renewing"
  kill "$watching" 2>/dev/null
  deadline=$((deadline - patience))
  [ "$deadline" -ge 1 ] # curl takes 0 for no limit
}
later=no
if [ -x "$folder/renew" ]; then
  now=$(exec date +%s)
  read_token
  case $due$expires in '' | *[!0-9]*) due=0 expires=0 ;; esac
  if [ "$now" -ge "${expires:-0}" ]; then
    renew || block 'its token has expired, and there is no time to renew it'
    read_token
    case $due$expires in '' | *[!0-9]*) expires=0 ;; esac
    [ "$now" -lt "${expires:-0}" ] || block 'its token has expired and could not be renewed: acgs agent refresh says why'
  elif [ "$now" -ge "$due" ] && [ ! -e "$token_file.renewing" ]; then
    later=yes
  fi
else
  read_token || block 'there is no token that can be read'
fi
[ -n "$token" ] || block 'there is no token that can be read'
case $token in '' | *[!A-Za-z0-9._~+/=-]*) block 'the token is malformed' ;; esac
[ ${#token} -le 8192 ] || block 'the token is malformed'

# --- The exchange -----------------------------------------------------------------------------------------------------
# -q: no ~/.curlrc. No proxy, no redirect (a token goes to its endpoint only), no 100-continue (it costs a round trip).
# The full stop after the body keeps its end from being cut by the shell.
set -- -q -sS -g -i --http1.1 --noproxy '*' --proto '=http,https' --max-redirs 0 --max-filesize "$BODY_BYTES_MAX" \
  --connect-timeout 2 --max-time "$deadline" -H 'Content-Type: application/json' -H 'Expect:' \
  -H "ACGS-Deadline-Ms: ${deadline}000" -w . --data-binary @- -K /dev/fd/3
[ -z "$socket" ] || set -- "$@" --unix-socket "$socket"

# config: where to and with which token, for curl, which waits for it. Whether others may read the token no shell can say by
# itself, and a process takes milliseconds; so it is asked here, while curl starts. An address that curl must not use tells the
# end below that they may: the token is not sent, and nothing else is.
config() {
  case $(exec ls -ldnL "$token_file" 2>/dev/null) in
    -r[w-]-------[\ .]*)
      printf 'url = "%s"\nheader = "Authorization: Bearer %s"\n' "$base/v1/hooks/$agent?event=$event" "$token"
      ;;
    *) printf 'url = "file:///"\n' ;;
  esac
}
answer=$(
  exec 4<&0 2>/dev/null
  config </dev/null 4<&- | "$curl" "$@" 3<&0 <&4 4<&-
)
code=$?
case $code in
  0) ;;
  1) block 'others may read the token file (it must have mode 0600)' ;;
  6 | 7) block 'ACGS is not running or cannot be reached' ;;
  28) block 'ACGS did not answer in time' ;;
  63) block 'the answer is too large' ;;
  126 | 127) block 'there is no curl' ;;
  *) block "the exchange with ACGS failed (curl $code)" ;;
esac

# --- The answer -------------------------------------------------------------------------------------------------------
# Lines of the head end in CR LF, so the empty one is a field of its own; a well-formed body is a single line.
IFS=$NEWLINE
set -- $answer
IFS=
case ${1-} in
  'HTTP/1.'[01]' 200'[!0-9]*) ;;
  'HTTP/1.'[01]' 401'*) block 'its token is not accepted: expired, revoked or of another installation' ;;
  'HTTP/1.'[01]' 413'*) block 'the action is larger than ACGS reads' ;;
  'HTTP/1.'[01]' 503'*) block 'ACGS is overloaded or not ready' ;;
  *) block 'ACGS answered with an error' ;;
esac
verdict='' length=''
while case ${1-} in '' | [[:cntrl:]]) false ;; esac; do
  value=${1#*:}
  value=${value# }
  value=${value%?} # the CR
  case $1 in
    [Aa][Cc][Gg][Ss]-[Vv]erdict:*)
      [ -z "$verdict" ] || block 'the answer has two verdicts'
      verdict=$value
      ;;
    [Aa][Cc][Gg][Ss]-[Bb]ody-[Bb]ytes:*)
      [ -z "$length" ] || block 'the answer has two lengths'
      length=$value
      ;;
  esac
  shift
done
[ $# -eq 2 ] || block 'the answer is malformed'
body=${2%.}
case $verdict in
  allow | deny | ask | modify | defer) ;;
  none) ! decides || block 'the answer has no verdict' ;;
  *) block 'the answer has no verdict' ;;
esac
[ "${#body}" = "$length" ] || block 'the answer is incomplete'

# escapes <text>: whether every backslash starts a JSON escape.
escapes() {
  IFS=\\
  set -- $1. # the full stop keeps an empty last field
  IFS=
  shift
  escaped=no
  for piece; do
    if [ $escaped = yes ]; then
      escaped=no # after \\: plain text up to the next backslash
      continue
    fi
    case $piece in
      [\"/bfnrt]* | u[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]*) ;;
      '') escaped=yes ;;
      *) return 1 ;;
    esac
  done
}

# known <key>: a field that some agent's rules name. Codex lets an action run when it meets another one.
known() {
  case $1 in
    hookSpecificOutput | hookEventName | permissionDecision | permissionDecisionReason | updatedInput) ;;
    additionalContext | decision | reason | continue | stopReason | suppressOutput | systemMessage) ;;
    behavior | message | interrupt | permission | user_message | agent_message | updated_input) ;;
    tool_input | modifiedArgs) ;;
    *) [ "$verdict" = modify ] ;;
  esac
}

# notes <key> <value>: what the body says to the agent, in `says`.
notes() {
  case $1=$2 in
    permissionDecision=allow | decision=allow | decision=approve | behavior=allow | permission=allow) says=$says+allow ;;
    permissionDecision=ask | decision=ask | permission=ask | permissionDecision=defer) says=$says+ask ;;
    permissionDecision=deny | decision=deny | decision=block | behavior=deny | permission=deny) says=$says+deny ;;
  esac
}

# shape <skeleton>: whether this is the skeleton of one compact JSON object, with each string as a single quote mark.
shape() {
  rest=$1 stack='' want=object
  while [ -n "$rest" ]; do
    case $want$rest in
      object\{* | value\{* | item\{*) stack=o$stack want=first ;;
      value\[* | item\[*) stack=a$stack want=item ;;
      value\"* | item\"*) want=next ;;
      first\"* | key\"*) want=colon ;;
      colon:*) want=value ;;
      next,*) case $stack in o*) want=key ;; *) want=value ;; esac ;;
      first\}* | next\}*)
        case $stack in o*) stack=${stack#o} ;; *) return 1 ;; esac
        [ -n "$stack" ] && want=next || want=end
        ;;
      item\]* | next\]*)
        case $stack in a*) stack=${stack#a} want=next ;; *) return 1 ;; esac
        ;;
      value[!\"]* | item[!\"]*)
        literal=${rest%%[],\}]*}
        case $literal in true | false | null) ;; *) number "$literal" || return 1 ;; esac
        rest=x${rest#"$literal"} want=next
        ;;
      *) return 1 ;;
    esac
    rest=${rest#?}
  done
  [ $want = end ]
}

# number <literal>: a JSON number without an exponent.
number() {
  literal_digits=${1#-}
  case $literal_digits in
    *.*)
      case ${literal_digits#*.} in '' | *[!0-9]*) return 1 ;; esac
      literal_digits=${literal_digits%%.*}
      ;;
  esac
  case $literal_digits in '' | *[!0-9]* | 0?*) return 1 ;; esac
}

# object: whether `body` is one compact JSON object with known fields only; fills `says`. Linear in the body's length.
object() {
  case $body in *\}) ;; *) return 1 ;; esac # a quote mark at the very end would leave no part behind it
  IFS=\"
  set -- $body
  IFS=
  skeleton='' inside=no text='' key='' complete=no
  for part; do
    if [ $inside = yes ]; then
      text=$text$part
      tail=$part inside=no
      while case $tail in *\\\\) ;; *) false ;; esac; do tail=${tail%\\\\}; done
      case $tail in *\\) text=$text\" inside=yes ;; *) complete=yes ;; esac
      continue
    fi
    if [ $complete = yes ]; then
      case $text in *[[:cntrl:]]*) return 1 ;; *\\*) escapes "$text" || return 1 ;; esac
      case $part in
        :*) key=$text && known "$key" || return 1 ;;
        *) notes "$key" "$text" ;;
      esac
      skeleton=$skeleton\"
    fi
    case $key$part in continue:false[,\}]*) says=$says+deny ;; continue:true[,\}]*) says=$says+allow ;; esac
    skeleton=$skeleton$part inside=yes text='' complete=no
  done
  # The last part is outside: the text after the last string.
  [ $inside = yes ] && [ -z "$text" ] && shape "$skeleton"
}

says=
if [ -n "$body" ]; then
  object || block 'the answer is not understood'
fi
case $verdict/$says in
  allow/* | none/*) ;;
  deny/*allow* | ask/*allow* | defer/*allow*) block 'the answer contradicts itself' ;;
  deny/*deny* | ask/*deny* | ask/*ask* | defer/*deny* | defer/*ask*) ;;
  modify/*) [ -n "$body" ] || block 'the answer has no new input' ;;
  *) block 'the answer does not say how it is refused' ;;
esac
# While it is good, the next token is fetched beside what the agent does.
[ $later = no ] || start_renewal
printf '%s' "$body" || block 'the answer could not be passed on'
