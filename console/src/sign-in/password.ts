/** Characters of a new password, at least. The server has the last word; a test holds this to it (tests/console/same-as-server.test.ts). */
export const PASSWORD_CHARACTERS_MIN = 15;
