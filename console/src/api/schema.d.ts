/** Written from the description of our own API by `npm run docs:openapi`; not to be edited. */
export interface Endpoints {
  /** Remove a passkey; every other sign-in of this person is over */
  "DELETE /v1/me/passkeys/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** AuthZEN metadata */
  "GET /.well-known/authzen-configuration": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** The keys that sign access tokens */
  "GET /.well-known/jwks.json": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** Authorization server metadata (RFC 8414) */
  "GET /.well-known/oauth-authorization-server": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** AuthZEN access request: where it stands */
  "GET /access/v1/requests/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** The published checkpoint (C2SP tlog-checkpoint) */
  "GET /checkpoint": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** The process answers */
  "GET /livez": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly status: string;
    } & Readonly<Record<string, unknown>>;
  };
  /** Prometheus metrics */
  "GET /metrics": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** What is asked now would be answered */
  "GET /readyz": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly status: string;
    } & Readonly<Record<string, unknown>>;
  };
  /** A tile or a bundle of entries (C2SP tlog-tiles) */
  "GET /tile/{*}": {
    params: {
      readonly "*": string;
    };
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** Every agent, by id */
  "GET /v1/agents": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly agents: readonly ({
        readonly id: string;
        readonly agent: string;
        readonly owner: string;
        readonly teams: readonly (string)[];
        readonly status: "pending" | "active" | "suspended" | "retired" | "compromised";
        readonly keyThumbprint?: string;
        readonly keySinceMs?: number;
      })[];
    };
  };
  /** Every amendment of this lineage, and where it stands; the newest first */
  "GET /v1/amendments": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly amendments: readonly ({
        readonly id: string;
        readonly title: string;
        readonly proposer: string;
        readonly emergency: boolean;
        readonly rollback: boolean;
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        readonly parent: string;
        readonly state: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        readonly vetoes: readonly ({
          readonly by: string;
          readonly reason: string;
        })[];
        readonly rollbackOwed: boolean;
        readonly impact?: {
          readonly digest: string;
          readonly impact: {
            readonly current: string;
            readonly draft: string;
            readonly articles: readonly ({
              readonly article: string;
              readonly text: "same" | "added" | "removed" | "changed";
              readonly added: readonly (string)[];
              readonly removed: readonly (string)[];
              readonly changed: readonly (string)[];
            })[];
            readonly sections: readonly (string)[];
            readonly examples: {
              readonly run: number;
              readonly failures: readonly (string)[];
            };
            readonly replay: {
              readonly decisions: number;
              readonly otherwiseThanRecorded: number;
              readonly changes: readonly ({
                readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
                readonly count: number;
                readonly examples: readonly ({
                  readonly decision: string;
                  readonly agent: string;
                  readonly action: string;
                  readonly before: string;
                  readonly after: string;
                  readonly policies: readonly (string)[];
                })[];
              })[];
            };
          };
        };
        readonly ballots: readonly ({
          readonly id: string;
          readonly subject: {
            readonly kind: string;
          } & Readonly<Record<string, unknown>>;
          /** Unix milliseconds */
          readonly openedMs: number;
          /** Unix milliseconds */
          readonly closesMs: number;
          readonly entitled: number;
          readonly voted: number;
          readonly rules: {
            /** of those entitled, who must take part at least */
            readonly quorumPercent: number;
            /** of the votes for and against */
            readonly winPercent: number;
            /** more than that wins; else at least that */
            readonly isMoreThan: boolean;
          };
          /** what the person who asks may still do, or has done; not of agents */
          readonly own?: {
            readonly isEntitled: boolean;
            readonly choice?: "for" | "against" | "abstain";
          };
          readonly result?: {
            readonly entitled: number;
            readonly for: number;
            readonly against: number;
            readonly abstain: number;
            readonly outcome: "passed" | "no-quorum" | "no-majority";
          };
        })[];
        /** whose signatures it needs, while what it amends is in force */
        readonly signing?: {
          readonly threshold: number;
          readonly keys: readonly ({
            readonly name: string;
            readonly keyId: string;
            readonly hasSigned: boolean;
          })[];
        };
      })[];
    };
  };
  /** One amendment */
  "GET /v1/amendments/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** What is to be signed */
  "GET /v1/amendments/{id}/bundle": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      /** the canonical bytes to sign, base64 */
      readonly bundle: string;
      readonly digest: string;
    };
  };
  /** What became of an amendment, step by step, with the records that prove it */
  "GET /v1/amendments/{id}/timeline": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly steps: readonly ({
        readonly kind: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        /** of the record in the journal that proves it */
        readonly sequence: number;
        readonly by?: string;
        readonly what?: string;
      })[];
    };
  };
  /** Every appeal, the newest first */
  "GET /v1/appeals": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly appeals: readonly ({
        readonly id: string;
        readonly by: string;
        readonly against: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        readonly commitment: string;
        readonly pool: readonly (string)[];
        readonly panel: readonly (string)[];
        readonly answers: readonly ({
          readonly by: string;
          readonly answer: "uphold" | "overturn";
          readonly reason: string;
        })[];
        readonly state: {
          readonly kind: string;
          readonly cause?: "contested" | "not-drawn" | "no-panel" | "unanswered";
        } & Readonly<Record<string, unknown>>;
      })[];
    };
  };
  /** What people are asked, oldest first; with `after` and `wait` it answers when something has changed */
  "GET /v1/approvals": {
    params: undefined;
    query: {
      readonly state?: "waiting" | "granted" | "refused" | "used" | "expired" | "all";
      readonly limit?: number;
      readonly after?: string;
      readonly wait?: number;
    };
    body: undefined;
    reply: {
      readonly version: string;
      readonly count: number;
      readonly requests: readonly ({
        readonly decision: {
          readonly id: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly principal: {
            readonly kind: string;
            readonly id: string;
          };
          readonly delegation?: readonly ({
            readonly kind: string;
            readonly id: string;
          })[];
          readonly agent: string;
          readonly sessionId?: string;
          readonly agentVersion?: string;
          readonly toolUseId?: string;
          readonly approvalId?: string;
          readonly standingGrantId?: string;
          readonly actionKind: string;
          /** The canonical form that the digest is taken over, with markers in the place of secrets. */
          readonly action: Readonly<Record<string, unknown>>;
          readonly redactions?: readonly ({
            readonly kind: string;
            readonly commitment: string;
          })[];
          /** SHA-256 of the RFC 8785 form of the action */
          readonly actionDigest: string;
          readonly effects: readonly ({
            readonly kind: string;
          } & Readonly<Record<string, unknown>>)[];
          readonly verdict: {
            readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
            readonly role?: string;
          } & Readonly<Record<string, unknown>>;
          readonly reasons: readonly ({
            readonly policy: string;
            readonly article?: string;
            readonly reason: string;
            readonly advice?: string;
            readonly effect: string;
            readonly span?: {
              readonly start: number;
              readonly end: number;
            };
          })[];
          readonly constitution: {
            readonly lineage: string;
            readonly number: number;
            readonly digest: string;
          };
        };
        readonly state: {
          readonly kind: "waiting" | "granted" | "refused" | "used" | "expired";
        } & Readonly<Record<string, unknown>>;
        readonly mayAnswer: readonly (string)[];
        /** Persons who must say yes */
        readonly needed: number;
        readonly answers: readonly ({
          readonly answer: "granted" | "refused";
          readonly by: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly reason?: string;
        })[];
        readonly escalation: readonly ({
          /** Unix milliseconds */
          readonly atMs: number;
          readonly recipient: {
            readonly kind: "role" | "on-call";
            readonly role?: string;
          };
        })[];
        /** Whether the caller may answer now, and why not */
        readonly you: {
          readonly may: boolean;
          readonly code?: string;
          readonly message?: string;
        };
        /** What a yes would allow */
        readonly allows: string;
      })[];
    };
  };
  /** One request: the whole action, why it is asked, what a yes would allow, and the session so far */
  "GET /v1/approvals/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly request: {
        readonly decision: {
          readonly id: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly principal: {
            readonly kind: string;
            readonly id: string;
          };
          readonly delegation?: readonly ({
            readonly kind: string;
            readonly id: string;
          })[];
          readonly agent: string;
          readonly sessionId?: string;
          readonly agentVersion?: string;
          readonly toolUseId?: string;
          readonly approvalId?: string;
          readonly standingGrantId?: string;
          readonly actionKind: string;
          /** The canonical form that the digest is taken over, with markers in the place of secrets. */
          readonly action: Readonly<Record<string, unknown>>;
          readonly redactions?: readonly ({
            readonly kind: string;
            readonly commitment: string;
          })[];
          /** SHA-256 of the RFC 8785 form of the action */
          readonly actionDigest: string;
          readonly effects: readonly ({
            readonly kind: string;
          } & Readonly<Record<string, unknown>>)[];
          readonly verdict: {
            readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
            readonly role?: string;
          } & Readonly<Record<string, unknown>>;
          readonly reasons: readonly ({
            readonly policy: string;
            readonly article?: string;
            readonly reason: string;
            readonly advice?: string;
            readonly effect: string;
            readonly span?: {
              readonly start: number;
              readonly end: number;
            };
          })[];
          readonly constitution: {
            readonly lineage: string;
            readonly number: number;
            readonly digest: string;
          };
        };
        readonly state: {
          readonly kind: "waiting" | "granted" | "refused" | "used" | "expired";
        } & Readonly<Record<string, unknown>>;
        readonly mayAnswer: readonly (string)[];
        /** Persons who must say yes */
        readonly needed: number;
        readonly answers: readonly ({
          readonly answer: "granted" | "refused";
          readonly by: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly reason?: string;
        })[];
        readonly escalation: readonly ({
          /** Unix milliseconds */
          readonly atMs: number;
          readonly recipient: {
            readonly kind: "role" | "on-call";
            readonly role?: string;
          };
        })[];
        /** Whether the caller may answer now, and why not */
        readonly you: {
          readonly may: boolean;
          readonly code?: string;
          readonly message?: string;
        };
        /** What a yes would allow */
        readonly allows: string;
      };
      readonly effects: readonly ({
        readonly kind: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
        /** In words, on one line */
        readonly text: string;
        readonly span?: {
          readonly start: number;
          readonly end: number;
        };
      })[];
      /** The policies that the reasons name, and the articles that these implement */
      readonly explanation?: {
        readonly policies: readonly ({
          readonly id: string;
          readonly effect?: "permit" | "forbid";
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
        })[];
        readonly articles: readonly ({
          readonly number: string;
          readonly title: string;
          readonly text: string;
        })[];
      };
      readonly session?: readonly ({
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly principal: {
          readonly kind: string;
          readonly id: string;
        };
        readonly delegation?: readonly ({
          readonly kind: string;
          readonly id: string;
        })[];
        readonly agent: string;
        readonly sessionId?: string;
        readonly agentVersion?: string;
        readonly toolUseId?: string;
        readonly approvalId?: string;
        readonly standingGrantId?: string;
        readonly actionKind: string;
        /** The canonical form that the digest is taken over, with markers in the place of secrets. */
        readonly action: Readonly<Record<string, unknown>>;
        readonly redactions?: readonly ({
          readonly kind: string;
          readonly commitment: string;
        })[];
        /** SHA-256 of the RFC 8785 form of the action */
        readonly actionDigest: string;
        readonly effects: readonly ({
          readonly kind: string;
        } & Readonly<Record<string, unknown>>)[];
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        readonly reasons: readonly ({
          readonly policy: string;
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
          readonly effect: string;
          readonly span?: {
            readonly start: number;
            readonly end: number;
          };
        })[];
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
      })[];
      readonly labels: readonly ("read-credentials" | "read-untrusted" | "changed-manifest")[];
    };
  };
  /** Every vote, the newest first */
  "GET /v1/ballots": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
    };
  };
  /** The constitution in force, and when this node last verified it */
  "GET /v1/constitution": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly ref: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly title: string;
      readonly parent: string;
      /** ISO 8601: when digest, signatures and lineage were last recomputed */
      readonly verifiedAt: string;
      /** since then */
      readonly ageSeconds: number;
      /** how long a node goes on by what it could not verify again */
      readonly ageHoursMax: number;
      /** of the latest try, when it was refused */
      readonly refusal?: {
        readonly code: string;
        readonly message: string;
      };
      readonly signedBy: readonly ({
        readonly name: string;
        /** SHA-256 of the public key, hex */
        readonly keyId: string;
        /** Ed25519, base64 */
        readonly publicKey: string;
      })[];
      readonly nextSigners: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          /** SHA-256 of the public key, hex */
          readonly keyId: string;
          /** Ed25519, base64 */
          readonly publicKey: string;
        })[];
      };
    };
  };
  /** The bundle of a constitution with its signatures, as it is kept */
  "GET /v1/constitutions/{digest}": {
    params: {
      readonly digest: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly digest: string;
      /** the canonical bytes, base64 */
      readonly bundle: string;
      /** DSSE over them */
      readonly envelope: unknown;
    };
  };
  /** What a constitution says otherwise than another, by article; layout and comments do not show */
  "GET /v1/constitutions/{digest}/difference": {
    params: {
      readonly digest: string;
    };
    query: {
      readonly from: string;
    };
    body: undefined;
    reply: {
      readonly from: {
        readonly number: number;
        readonly digest: string;
        readonly title: string;
      };
      readonly to: {
        readonly number: number;
        readonly digest: string;
        readonly title: string;
      };
      readonly articles: readonly ({
        readonly article: string;
        readonly text: "same" | "added" | "removed" | "changed";
        readonly added: readonly (string)[];
        readonly removed: readonly (string)[];
        readonly changed: readonly (string)[];
      })[];
      readonly sections: readonly ({
        readonly name: string;
        /** its canonical form */
        readonly before: unknown;
        readonly after: unknown;
      })[];
    };
  };
  /** The policies of a constitution as Cedar text */
  "GET /v1/constitutions/{digest}/policies": {
    params: {
      readonly digest: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly digest: string;
      /** Cedar, by policy id, without annotations */
      readonly policies: Readonly<Record<string, string>>;
    };
  };
  /** A constitution as people read it; also one that is only proposed */
  "GET /v1/constitutions/{digest}/reading": {
    params: {
      readonly digest: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly number: number;
      readonly digest: string;
      readonly parent: string;
      readonly title: string;
      readonly articles: readonly ({
        readonly number: string;
        readonly title: string;
        readonly text: string;
      })[];
      readonly policies: readonly ({
        readonly id: string;
        readonly effect: "permit" | "forbid";
        readonly article: string;
        /** why the rule exists */
        readonly reason: string;
        /** what to do instead */
        readonly advice?: string;
      })[];
      readonly approverRoles: readonly (string)[];
      readonly limits: {
        readonly effectsPerAction: number;
        readonly policies: number;
        readonly approvalMinutes: number;
        /** how long a standing grant may last; absent: none may be given */
        readonly standingGrantHours?: number;
      };
      readonly signers: "founders" | {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly publicKey: string;
        })[];
      };
      readonly roles: {
        readonly propose: readonly (string)[];
        readonly vote: readonly (string)[];
        readonly veto: readonly (string)[];
        readonly suspend: readonly (string)[];
        readonly operate: readonly (string)[];
      };
      readonly approvals: {
        readonly requestMinutes: number;
        readonly quorum: Readonly<Record<string, number>>;
        readonly escalation: readonly ({
          readonly afterMinutes: number;
          readonly to: "next-role" | "on-call";
        })[];
      };
      readonly votes: {
        readonly periodHours: number;
        readonly emergencyPeriodHours: number;
        readonly quorumPercent: number;
        readonly majorityPercent: number;
        readonly overridePercent: number;
      };
      readonly appeals: {
        readonly windowHours: number;
        readonly panelSize: number;
        readonly answerWorkingDays: number;
      };
      readonly suspension: {
        readonly hours: number;
      };
      readonly enforcement: readonly (Readonly<Record<string, unknown>>)[];
      readonly rollOut: {
        readonly shadowMinutes: number;
        readonly canaryMinutes: number;
        readonly canaryPercent: number;
        readonly canaryRepositories: readonly (string)[];
        readonly objectives: {
          readonly denyRisePercentMax: number;
          readonly askRisePercentMax: number;
          readonly errorRisePercentMax: number;
          readonly slowMs: number;
          readonly slowRisePercentMax: number;
        };
      };
      readonly bundle: {
        readonly ageHoursMax: number;
      };
    };
  };
  /** Decisions, newest first */
  "GET /v1/decisions": {
    params: undefined;
    query: {
      readonly verdict?: "allow" | "deny" | "ask" | "modify" | "defer";
      readonly agent?: string;
      readonly principal?: string;
      readonly person?: string;
      readonly session?: string;
      readonly policy?: string;
      readonly kind?: string;
      readonly effect?: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
      readonly text?: string;
      readonly from?: number;
      readonly to?: number;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    reply: {
      readonly decisions: readonly ({
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly principal: {
          readonly kind: string;
          readonly id: string;
        };
        readonly delegation?: readonly ({
          readonly kind: string;
          readonly id: string;
        })[];
        readonly agent: string;
        readonly sessionId?: string;
        readonly agentVersion?: string;
        readonly toolUseId?: string;
        readonly approvalId?: string;
        readonly standingGrantId?: string;
        readonly actionKind: string;
        /** The canonical form that the digest is taken over, with markers in the place of secrets. */
        readonly action: Readonly<Record<string, unknown>>;
        readonly redactions?: readonly ({
          readonly kind: string;
          readonly commitment: string;
        })[];
        /** SHA-256 of the RFC 8785 form of the action */
        readonly actionDigest: string;
        readonly effects: readonly ({
          readonly kind: string;
        } & Readonly<Record<string, unknown>>)[];
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        readonly reasons: readonly ({
          readonly policy: string;
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
          readonly effect: string;
          readonly span?: {
            readonly start: number;
            readonly end: number;
          };
        })[];
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
      })[];
      readonly next?: string;
    };
  };
  /** How many decisions there are, and where each page of `limit` begins */
  "GET /v1/decisions/outline": {
    params: undefined;
    query: {
      readonly verdict?: "allow" | "deny" | "ask" | "modify" | "defer";
      readonly agent?: string;
      readonly principal?: string;
      readonly person?: string;
      readonly session?: string;
      readonly policy?: string;
      readonly kind?: string;
      readonly effect?: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
      readonly text?: string;
      readonly from?: number;
      readonly to?: number;
      readonly limit?: number;
    };
    body: undefined;
    reply: {
      readonly count: number;
      /** There are more than were counted */
      readonly isCapped: boolean;
      readonly places: readonly (string)[];
    };
  };
  /** Decisions as lines of a list, newest first */
  "GET /v1/decisions/rows": {
    params: undefined;
    query: {
      readonly verdict?: "allow" | "deny" | "ask" | "modify" | "defer";
      readonly agent?: string;
      readonly principal?: string;
      readonly person?: string;
      readonly session?: string;
      readonly policy?: string;
      readonly kind?: string;
      readonly effect?: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
      readonly text?: string;
      readonly from?: number;
      readonly to?: number;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    reply: {
      readonly rows: readonly ({
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly principal: {
          readonly kind: string;
          readonly id: string;
        };
        readonly agent: string;
        readonly sessionId?: string;
        /** The last of the chain: who answers for it */
        readonly onBehalfOf?: string;
        readonly actionKind: string;
        /** The command, path or target; its beginning, where `isCut` */
        readonly subject: string;
        readonly isCut: boolean;
        readonly effects: readonly ("run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose")[];
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        /** The one that is named first */
        readonly policy?: string;
        /** Its number */
        readonly constitution: number;
      })[];
      readonly next?: string;
    };
  };
  /** One decision: its effects in words, why, what people answered, and what became of it */
  "GET /v1/decisions/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly decision: {
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly principal: {
          readonly kind: string;
          readonly id: string;
        };
        readonly delegation?: readonly ({
          readonly kind: string;
          readonly id: string;
        })[];
        readonly agent: string;
        readonly sessionId?: string;
        readonly agentVersion?: string;
        readonly toolUseId?: string;
        readonly approvalId?: string;
        readonly standingGrantId?: string;
        readonly actionKind: string;
        /** The canonical form that the digest is taken over, with markers in the place of secrets. */
        readonly action: Readonly<Record<string, unknown>>;
        readonly redactions?: readonly ({
          readonly kind: string;
          readonly commitment: string;
        })[];
        /** SHA-256 of the RFC 8785 form of the action */
        readonly actionDigest: string;
        readonly effects: readonly ({
          readonly kind: string;
        } & Readonly<Record<string, unknown>>)[];
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        readonly reasons: readonly ({
          readonly policy: string;
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
          readonly effect: string;
          readonly span?: {
            readonly start: number;
            readonly end: number;
          };
        })[];
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
      };
      readonly outcomes: readonly ({
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly status: string;
        readonly decisionId?: string;
      } & Readonly<Record<string, unknown>>)[];
      readonly answers: readonly ({
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly decisionId: string;
        readonly answer: "granted" | "refused";
        readonly by: {
          readonly kind: string;
          readonly id: string;
        };
        readonly role: string;
        /** Persons who must still say yes */
        readonly outstanding: number;
        /** Unix milliseconds */
        readonly expiresMs: number;
        readonly reason?: string;
      })[];
      readonly approval?: {
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly decisionId: string;
        readonly answer: "granted" | "refused";
        readonly by: {
          readonly kind: string;
          readonly id: string;
        };
        readonly role: string;
        /** Persons who must still say yes */
        readonly outstanding: number;
        /** Unix milliseconds */
        readonly expiresMs: number;
        readonly reason?: string;
      };
      readonly effects: readonly ({
        readonly kind: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
        /** In words, on one line */
        readonly text: string;
        readonly span?: {
          readonly start: number;
          readonly end: number;
        };
      })[];
      /** The policies that the reasons name, and the articles that these implement */
      readonly explanation?: {
        readonly policies: readonly ({
          readonly id: string;
          readonly effect?: "permit" | "forbid";
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
        })[];
        readonly articles: readonly ({
          readonly number: string;
          readonly title: string;
          readonly text: string;
        })[];
      };
    };
  };
  /** What was kept out of the record of a decision, with what it takes to check it; that it was shown is recorded */
  "GET /v1/decisions/{id}/disclosure": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly format: "acgs-disclosure-v1";
      readonly decisionId: string;
      readonly details: readonly ({
        readonly number: number;
        readonly kind: string;
        readonly salt: string;
        readonly value: string;
      })[];
      /** The record as it is in the journal, markers and commitments included */
      readonly record: string;
      readonly receipt: {
        readonly format: "acgs-receipt-v1";
        /** DSSE */
        readonly envelope: {
          readonly payloadType: string;
          readonly payload: string;
          readonly signatures: readonly ({
            readonly keyid: string;
            readonly sig: string;
          })[];
        };
        /** C2SP tlog-proof; absent until a checkpoint of the ledger covers the record */
        readonly proof?: string;
      };
    };
  };
  /** Which machine asks to be let in */
  "GET /v1/device-codes/{code}": {
    params: {
      readonly code: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly code: string;
      readonly machine: string;
      readonly address: string;
      readonly askedMs: number;
      readonly expiresMs: number;
      readonly state: "waiting" | "approved" | "refused";
    };
  };
  /** A node asks who there is and which keys sign; held until that changes */
  "GET /v1/directory": {
    params: undefined;
    query: {
      readonly after?: string;
      readonly holdMs?: number;
    };
    body: undefined;
    reply: {
      readonly kind: "whole" | "changed";
      readonly cursor: string;
      readonly issuer: string;
      readonly keys: readonly ({
        readonly kty: string;
        readonly crv: string;
        readonly x: string;
        readonly kid: string;
        readonly use: string;
        readonly alg: string;
      })[];
      readonly state: {
        readonly people: readonly ({
          readonly id: string;
          readonly name: string;
          readonly roles: readonly (string)[];
          readonly status: "active" | "suspended";
        })[];
        readonly agents: readonly ({
          readonly id: string;
          readonly agent: string;
          readonly owner: string;
          readonly teams: readonly (string)[];
          readonly state: {
            readonly status: "pending" | "active" | "suspended" | "retired" | "compromised";
            readonly key?: {
              readonly thumbprint: string;
              readonly publicKey: string;
              readonly sinceMs: number;
            };
          };
        })[];
        readonly revoked: readonly ({
          readonly tokenId: string;
          readonly expiresMs: number;
        })[];
      };
    };
  };
  /** The journal as a stream of CloudEvents or OCSF events, to be resumed by position */
  "GET /v1/events": {
    params: undefined;
    query: {
      readonly format?: "cloudevents" | "ocsf";
      readonly after?: string;
      readonly follow?: boolean;
    };
    body: undefined;
    reply: unknown;
  };
  /** Standing grants, oldest first; those that are proposed or in force, unless another state is asked for */
  "GET /v1/grants": {
    params: undefined;
    query: {
      readonly state?: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded" | "all";
      readonly agent?: string;
    };
    body: undefined;
    reply: {
      readonly grants: readonly ({
        readonly id: string;
        /** The `ask` that it was proposed from */
        readonly decisionId: string;
        readonly principalId: string;
        /** The role that was asked: it stands in for approvals by this one only */
        readonly role: string;
        readonly workspaceRoots: readonly (string)[];
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        /** Unix milliseconds */
        readonly expiresMs: number;
        readonly covers: readonly (string)[];
        readonly policies: readonly (string)[];
        readonly state: {
          readonly kind: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded";
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly proposedMs: number;
        readonly agreed: readonly (string)[];
      })[];
    };
  };
  /** One standing grant */
  "GET /v1/grants/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      /** The `ask` that it was proposed from */
      readonly decisionId: string;
      readonly principalId: string;
      /** The role that was asked: it stands in for approvals by this one only */
      readonly role: string;
      readonly workspaceRoots: readonly (string)[];
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly covers: readonly (string)[];
      readonly policies: readonly (string)[];
      readonly state: {
        readonly kind: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded";
      } & Readonly<Record<string, unknown>>;
      /** Unix milliseconds */
      readonly proposedMs: number;
      readonly agreed: readonly (string)[];
    };
  };
  /** How this node was in the last half hour, oldest first */
  "GET /v1/health": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly node: string;
      readonly version: string;
      /** Unix milliseconds */
      readonly startedMs: number;
      /** between two samples */
      readonly everyMs: number;
      readonly objectives: {
        /** 99th percentile of a decision; the constitution in force says it */
        readonly decisionMs: number;
        readonly checkpointAgeMs: number;
      };
      readonly samples: readonly ({
        /** Unix milliseconds; it covers the time since the sample before */
        readonly atMs: number;
        readonly verdictsPerSecond: Readonly<Record<string, number>>;
        /** told no for reasons of their own */
        readonly refusedPerSecond: number;
        /** could not be answered */
        readonly failedPerSecond: number;
        readonly stages: {
          readonly effects?: {
            readonly count: number;
            readonly p50Ms: number;
            readonly p95Ms: number;
            readonly p99Ms: number;
          };
          readonly policy?: {
            readonly count: number;
            readonly p50Ms: number;
            readonly p95Ms: number;
            readonly p99Ms: number;
          };
          readonly journal?: {
            readonly count: number;
            readonly p50Ms: number;
            readonly p95Ms: number;
            readonly p99Ms: number;
          };
          readonly total?: {
            readonly count: number;
            readonly p50Ms: number;
            readonly p95Ms: number;
            readonly p99Ms: number;
          };
        };
        readonly syncs?: {
          readonly count: number;
          readonly p50Ms: number;
          readonly p95Ms: number;
          readonly p99Ms: number;
        };
        readonly cacheHitShare: {
          readonly effects?: number;
          readonly evaluation?: number;
        };
        readonly inFlight: number;
        readonly approvalWaiters: number;
        /** records that wait for the disk */
        readonly journalQueue: number;
        readonly indexLagRecords?: number;
        readonly ledgerLagRecords?: number;
        readonly checkpointAgeMs?: number;
        /** 99th percentile of how late the event loop was */
        readonly loopDelayMs: number;
        readonly heapBytes: number;
        readonly rssBytes: number;
      })[];
    };
  };
  /** When agents and people last called this node */
  "GET /v1/last-seen": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      /** Unix milliseconds, by id */
      readonly agents: Readonly<Record<string, number>>;
      /** Unix milliseconds, by id */
      readonly people: Readonly<Record<string, number>>;
    };
  };
  /** Size, checkpoint, and every node with what the ledger has of it */
  "GET /v1/ledger": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly origin: string;
      /** C2SP signed-note: what to verify checkpoints with */
      readonly verifierKey: string;
      /** Whether this installation sequences now. */
      readonly isLeading: boolean;
      /** Entries accepted. */
      readonly size: number;
      /** Of them, under the published checkpoint. */
      readonly publishedSize: number;
      /** How long the oldest entry has waited that is under no checkpoint yet; 0 when there is none. */
      readonly checkpointAgeMs: number;
      readonly nodes: readonly ({
        readonly node: string;
        readonly sequence: number;
        readonly hash: string;
        readonly state: "current" | "behind" | "left" | "silent" | "silent-while-active";
        /** Records that the node, or somebody else, has told of and the ledger does not have. */
        readonly missing: number;
        readonly toldBy: readonly (string)[];
        readonly heardMs: number;
      })[];
    };
  };
  /** That an older tree is the beginning of a newer one (RFC 6962, section 2.1.2) */
  "GET /v1/ledger/consistency": {
    params: undefined;
    query: {
      readonly from: number;
      readonly to?: number;
    };
    body: undefined;
    reply: {
      readonly from: number;
      readonly to: number;
      readonly hashes: readonly (string)[];
    };
  };
  /** That a node's record is in the ledger (C2SP tlog-proof) */
  "GET /v1/ledger/proof": {
    params: undefined;
    query: {
      readonly node: string;
      readonly sequence: number;
    };
    body: undefined;
    reply: {
      readonly entry: {
        readonly node: string;
        readonly sequence: number;
        /** SHA-256, hex */
        readonly hash: string;
      };
      readonly index: number;
      readonly size: number;
      /** C2SP tlog-proof, with the checkpoint in it */
      readonly proof: string;
    };
  };
  /** Gaps, contradictions and outages of the ledger since this process began; the newest first */
  "GET /v1/ledger/troubles": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly troubles: readonly ({
        readonly kind: "journal-contradicts" | "witness-contradicts" | "quorum-missed" | "not-written";
        /** Unix milliseconds */
        readonly atMs: number;
        /** Unix milliseconds */
        readonly sinceMs: number;
        readonly count: number;
        /** the node or the witness */
        readonly about?: string;
        /** of a journal: the first record concerned */
        readonly sequence?: number;
        readonly what: string;
      })[];
    };
  };
  /** The witnesses of the ledger policy, and its quorum */
  "GET /v1/ledger/witnesses": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      /** who must have cosigned, in words */
      readonly quorum: string;
      readonly witnesses: readonly ({
        /** in the ledger policy */
        readonly name: string;
        /** C2SP signed-note: what to verify its cosignatures with */
        readonly verifierKey: string;
        /** by this ledger; one without an address is asked by others */
        readonly isAsked: boolean;
        /** its last answer that was no cosignature, since this process began */
        readonly trouble?: {
          readonly kind: "contradicts" | "refused" | "unavailable";
          /** Unix milliseconds */
          readonly atMs: number;
          readonly size: number;
          readonly what: string;
        };
      })[];
    };
  };
  /** The chain from the genesis to what is in force */
  "GET /v1/lineage": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      /** SHA-256 of the genesis text */
      readonly genesis: string;
      readonly founders: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          /** SHA-256 of the public key, hex */
          readonly keyId: string;
          /** Ed25519, base64 */
          readonly publicKey: string;
        })[];
      };
      readonly verifiedAt: string;
      readonly constitutions: readonly ({
        readonly number: number;
        readonly digest: string;
        readonly parent: string;
        readonly title: string;
        readonly signedBy: readonly ({
          readonly name: string;
          /** SHA-256 of the public key, hex */
          readonly keyId: string;
          /** Ed25519, base64 */
          readonly publicKey: string;
        })[];
        readonly inForce: boolean;
      })[];
    };
  };
  /** Decisions, answers and changes as they happen: server-sent events, to be resumed by Last-Event-ID */
  "GET /v1/live": {
    params: undefined;
    query: {
      readonly after?: string;
    };
    body: undefined;
    reply: unknown;
  };
  /** Who the caller is */
  "GET /v1/me": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly kind: "person" | "agent";
      readonly id: string;
      readonly name?: string;
      readonly roles: readonly (string)[];
      readonly teams: readonly (string)[];
      readonly signIn?: {
        readonly csrf: string;
        readonly expiresMs: number;
        readonly way: "passkey" | "password" | "openid" | "token";
      };
    };
  };
  /** The caller's passkeys */
  "GET /v1/me/passkeys": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly passkeys: readonly ({
        readonly id: string;
        readonly name: string;
        readonly addedMs: number;
        readonly usedMs?: number;
      })[];
    };
  };
  /** Every decision node: what it decides by, and how old that is */
  "GET /v1/nodes": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly order: string;
      readonly nodes: readonly ({
        readonly id: string;
        readonly number: number;
        readonly digest: string;
        /** it has acknowledged the order that is given now */
        readonly follows: boolean;
        /** digest, signatures and lineage of what it decides by, by itself */
        readonly verified: boolean;
        /** why its last try to verify was refused: a stable code */
        readonly refusal?: string;
        readonly verifiedSecondsAgo: number;
        /** since it last asked: its bounded staleness */
        readonly seenSecondsAgo: number;
        /** when it is cut off for longer, policies are told `stale` */
        readonly staleAfterHours: number;
        readonly isStale: boolean;
        readonly candidate?: {
          readonly number: number;
          readonly digest: string;
          readonly stage: "shadow" | "canary";
        };
      })[];
    };
  };
  /** Everybody, by id */
  "GET /v1/people": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly people: readonly ({
        readonly id: string;
        readonly name: string;
        readonly roles: readonly (string)[];
        readonly status: "active" | "suspended";
        readonly openid?: {
          readonly issuer: string;
          readonly subject: string;
          readonly rolesBy: "directory" | "groups";
        };
      })[];
    };
  };
  /** The public key that signs receipts */
  "GET /v1/receipt-keys": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly keys: readonly ({
        readonly id: string;
        readonly publicKey: string;
      })[];
    };
  };
  /** The signed receipt of a decision, by the id of the decision */
  "GET /v1/receipts/{id}": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly format: "acgs-receipt-v1";
      /** DSSE */
      readonly envelope: {
        readonly payloadType: string;
        readonly payload: string;
        readonly signatures: readonly ({
          readonly keyid: string;
          readonly sig: string;
        })[];
      };
      /** C2SP tlog-proof; absent until a checkpoint of the ledger covers the record */
      readonly proof?: string;
    };
  };
  /** The record that a receipt is about, byte for byte as it is in the journal */
  "GET /v1/receipts/{id}/record": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: string;
  };
  /** The roles that people can be given: standing ones, and those that the constitution in force names */
  "GET /v1/roles": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly roles: readonly (string)[];
    };
  };
  /** The roll-out under way, or the last one, with what was measured */
  "GET /v1/roll-out": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly rollOut?: {
        readonly id: string;
        readonly by: string;
        /** Unix milliseconds */
        readonly begunMs: number;
        readonly candidate: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        readonly inForce: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        /** of the constitution in force: `rollOut` */
        readonly plan: Readonly<Record<string, unknown>>;
        /** with its `cause`, when it was rolled back */
        readonly stage: {
          readonly kind: "shadow" | "canary" | "active" | "rolled-back";
          /** Unix milliseconds */
          readonly sinceMs: number;
        } & Readonly<Record<string, unknown>>;
      };
      /** nodes that were heard of lately and follow the order */
      readonly nodesFollowing: number;
      readonly counts: {
        readonly canary: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly control: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly pairs: {
          readonly compared: number;
          readonly denyGained: number;
          readonly denyLost: number;
          readonly askGained: number;
          readonly askLost: number;
          readonly failGained: number;
          readonly failLost: number;
          readonly skipped: number;
        };
      };
      readonly measurements: readonly ({
        readonly objective: "deny-rate" | "ask-rate" | "error-rate" | "latency";
        readonly candidate: {
          readonly count: number;
          readonly of: number;
        };
        readonly control: {
          readonly count: number;
          readonly of: number;
        };
        readonly risePercent: number;
        readonly riseAtLeastPercent: number;
        readonly risePercentMax: number;
        readonly isBroken: boolean;
      })[];
      readonly flips: readonly ({
        readonly from: string;
        readonly to: string;
        readonly count: number;
        readonly examples: readonly ({
          readonly principalId: string;
          readonly actionKind: string;
          readonly effect: string;
          readonly from: readonly (string)[];
          readonly to: readonly (string)[];
        })[];
      })[];
    };
  };
  /** Runs of agents, newest first */
  "GET /v1/sessions": {
    params: undefined;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    reply: {
      readonly sessions: readonly ({
        readonly id: string;
        readonly principalId: string;
        readonly agent: string;
        readonly cwd?: string;
        /** Unix milliseconds */
        readonly firstSeenMs: number;
        /** Unix milliseconds */
        readonly lastSeenMs: number;
        readonly decisions: Readonly<Record<string, number>>;
        /** outcomes that no decision preceded */
        readonly ungoverned: number;
      })[];
      readonly next?: string;
    };
  };
  /** One run of an agent from its beginning: what it asked for, what was answered, what happened */
  "GET /v1/sessions/timeline": {
    params: undefined;
    query: {
      readonly principal: string;
      readonly session: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    reply: {
      readonly session: {
        readonly id: string;
        readonly principalId: string;
        readonly agent: string;
        readonly cwd?: string;
        /** Unix milliseconds */
        readonly firstSeenMs: number;
        /** Unix milliseconds */
        readonly lastSeenMs: number;
        readonly decisions: Readonly<Record<string, number>>;
        /** outcomes that no decision preceded */
        readonly ungoverned: number;
      };
      readonly steps: readonly ({
        readonly kind: "decision";
        readonly decision: {
          readonly id: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly principal: {
            readonly kind: string;
            readonly id: string;
          };
          readonly agent: string;
          readonly sessionId?: string;
          /** The last of the chain: who answers for it */
          readonly onBehalfOf?: string;
          readonly actionKind: string;
          /** The command, path or target; its beginning, where `isCut` */
          readonly subject: string;
          readonly isCut: boolean;
          readonly effects: readonly ("run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose")[];
          readonly verdict: {
            readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
            readonly role?: string;
          } & Readonly<Record<string, unknown>>;
          /** The one that is named first */
          readonly policy?: string;
          /** Its number */
          readonly constitution: number;
        };
        readonly labels: readonly ("read-credentials" | "read-untrusted" | "changed-manifest")[];
        readonly outcomes: readonly ({
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly status: string;
          readonly decisionId?: string;
        } & Readonly<Record<string, unknown>>)[];
        readonly answers: readonly ({
          readonly id: string;
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly decisionId: string;
          readonly answer: "granted" | "refused";
          readonly by: {
            readonly kind: string;
            readonly id: string;
          };
          readonly role: string;
          /** Persons who must still say yes */
          readonly outstanding: number;
          /** Unix milliseconds */
          readonly expiresMs: number;
          readonly reason?: string;
        })[];
      } | {
        readonly kind: "ungoverned";
        readonly outcome: {
          /** Unix milliseconds */
          readonly timeMs: number;
          readonly status: "succeeded" | "failed" | "unknown";
          readonly toolUseId?: string;
          readonly durationMs?: number;
          readonly constitution: {
            readonly lineage: string;
            readonly number: number;
            readonly digest: string;
          };
        };
      })[];
      readonly next?: string;
    };
  };
  /** In which ways people can sign in */
  "GET /v1/sign-in": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly ways: readonly ("passkey" | "password" | "openid")[];
      readonly openid?: {
        readonly name: string;
      };
    };
  };
  /** Counts over a span of time */
  "GET /v1/stats": {
    params: undefined;
    query: {
      readonly from?: number;
      readonly to?: number;
    };
    body: undefined;
    reply: {
      readonly decisions: Readonly<Record<string, number>>;
      readonly outcomes: Readonly<Record<string, number>>;
      readonly ungoverned: number;
    };
  };
  /** Policies and agents that are or were suspended */
  "GET /v1/suspensions": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly suspensions: readonly ({
        readonly id: string;
        readonly policy: string;
        readonly by: string;
        readonly reason: string;
        /** Unix milliseconds */
        readonly sinceMs: number;
        /** Unix milliseconds */
        readonly expiresMs: number;
        readonly state: "open" | "ratified" | "expired" | "lifted";
      })[];
      readonly agents: readonly ({
        readonly agent: string;
        /** Unix milliseconds */
        readonly sinceMs: number;
        readonly why: string;
      })[];
    };
  };
  /** AuthZEN access evaluation */
  "POST /access/v1/evaluation": {
    params: undefined;
    query: undefined;
    body: {
      readonly subject: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly action: {
        readonly name: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly resource: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly context?: Readonly<Record<string, unknown>>;
    } & Readonly<Record<string, unknown>>;
    reply: {
      readonly decision: boolean;
      readonly context?: Readonly<Record<string, unknown>>;
    };
  };
  /** AuthZEN access evaluations (batch) */
  "POST /access/v1/evaluations": {
    params: undefined;
    query: undefined;
    body: {
      readonly subject?: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly action?: {
        readonly name: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly resource?: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly context?: Readonly<Record<string, unknown>>;
      readonly evaluations?: readonly ({
        readonly subject?: {
          readonly type: string;
          readonly id: string;
          readonly properties?: Readonly<Record<string, unknown>>;
        } & Readonly<Record<string, unknown>>;
        readonly action?: {
          readonly name: string;
          readonly properties?: Readonly<Record<string, unknown>>;
        } & Readonly<Record<string, unknown>>;
        readonly resource?: {
          readonly type: string;
          readonly id: string;
          readonly properties?: Readonly<Record<string, unknown>>;
        } & Readonly<Record<string, unknown>>;
        readonly context?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>)[];
      readonly options?: {
        readonly evaluations_semantic?: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit";
      } & Readonly<Record<string, unknown>>;
    } & Readonly<Record<string, unknown>>;
    reply: {
      readonly evaluations: readonly ({
        readonly decision: boolean;
        readonly context?: Readonly<Record<string, unknown>>;
      })[];
    } | {
      readonly decision: boolean;
      readonly context?: Readonly<Record<string, unknown>>;
    };
  };
  /** AuthZEN access request: ask for what was denied and could be approved */
  "POST /access/v1/requests": {
    params: undefined;
    query: undefined;
    body: {
      readonly subject: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly resource?: {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly action?: {
        readonly name: string;
        readonly properties?: Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly context?: Readonly<Record<string, unknown>>;
      readonly denial?: {
        readonly evaluation_id?: string;
        readonly binding_token?: string;
        readonly expires_at: string;
      } & Readonly<Record<string, unknown>>;
      readonly requested_access?: Readonly<Record<string, unknown>>;
      readonly client?: {
        readonly actor?: {
          readonly id: string;
        } & Readonly<Record<string, unknown>>;
      } & Readonly<Record<string, unknown>>;
      readonly items?: unknown;
      readonly callback?: unknown;
    } & Readonly<Record<string, unknown>>;
    reply: unknown;
  };
  /** Codes for a machine to be let in by somebody in a browser (RFC 8628) */
  "POST /oauth/device_authorization": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly device_code: string;
      readonly user_code: string;
      readonly verification_uri: string;
      readonly verification_uri_complete: string;
      readonly expires_in: number;
      readonly interval: number;
    };
  };
  /** Revoke an access token (RFC 7009) */
  "POST /oauth/revoke": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** An access token for an agent, or for a person's machine */
  "POST /oauth/token": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly access_token: string;
      readonly token_type: "Bearer" | "DPoP";
      readonly expires_in: number;
      readonly issued_token_type?: string;
      readonly refresh_token?: string;
    };
  };
  /** Put a new key in place of an agent's */
  "POST /v1/agent-keys": {
    params: undefined;
    query: undefined;
    body: {
      readonly clientAssertion: string;
    };
    reply: {
      readonly agentId: string;
      readonly agent: string;
      readonly issuer: string;
    };
  };
  /** Make a place for an agent, and the code with which it enrols, once */
  "POST /v1/agents": {
    params: undefined;
    query: undefined;
    body: {
      readonly id: string;
      readonly agent: string;
      readonly teams?: readonly (string)[];
    };
    reply: {
      readonly id: string;
      readonly code: string;
      readonly expiresMs: number;
    };
  };
  /** Suspend, reinstate or retire an agent, or say that it is compromised */
  "POST /v1/agents/{id}/status": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly status: "active" | "suspended" | "retired" | "compromised";
      readonly why: string;
    };
    reply: {
      readonly id: string;
      readonly agent: string;
      readonly owner: string;
      readonly teams: readonly (string)[];
      readonly status: "pending" | "active" | "suspended" | "retired" | "compromised";
      readonly keyThumbprint?: string;
      readonly keySinceMs?: number;
    };
  };
  /** Draft an amendment and work out its impact */
  "POST /v1/amendments": {
    params: undefined;
    query: undefined;
    body: {
      readonly title: string;
      readonly emergency?: boolean;
      readonly files: {
        /** constitution.yaml */
        readonly document: string;
        /** schema.cedarschema */
        readonly schema: string;
        readonly policies: readonly ({
          readonly name: string;
          readonly text: string;
        })[];
        readonly tests: readonly ({
          readonly name: string;
          readonly text: string;
        })[];
      };
    };
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Draft the way back to what was in force before */
  "POST /v1/amendments/rollback": {
    params: undefined;
    query: undefined;
    body: {
      readonly title: string;
    };
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Put a draft to the vote */
  "POST /v1/amendments/{id}/proposal": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      /** digest of the impact that was seen */
      readonly impact: string;
    };
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Hand in the signatures of those whom the constitution in force names */
  "POST /v1/amendments/{id}/signatures": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      /** DSSE over the bundle, with all signatures that are needed */
      readonly envelope: unknown;
    };
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Veto an amendment */
  "POST /v1/amendments/{id}/veto": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly reason: string;
    };
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Withdraw before anyone votes */
  "POST /v1/amendments/{id}/withdrawal": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      readonly title: string;
      readonly proposer: string;
      readonly emergency: boolean;
      readonly rollback: boolean;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      readonly parent: string;
      readonly state: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly vetoes: readonly ({
        readonly by: string;
        readonly reason: string;
      })[];
      readonly rollbackOwed: boolean;
      readonly impact?: {
        readonly digest: string;
        readonly impact: {
          readonly current: string;
          readonly draft: string;
          readonly articles: readonly ({
            readonly article: string;
            readonly text: "same" | "added" | "removed" | "changed";
            readonly added: readonly (string)[];
            readonly removed: readonly (string)[];
            readonly changed: readonly (string)[];
          })[];
          readonly sections: readonly (string)[];
          readonly examples: {
            readonly run: number;
            readonly failures: readonly (string)[];
          };
          readonly replay: {
            readonly decisions: number;
            readonly otherwiseThanRecorded: number;
            readonly changes: readonly ({
              readonly change: "newly-allowed" | "newly-asked" | "newly-denied";
              readonly count: number;
              readonly examples: readonly ({
                readonly decision: string;
                readonly agent: string;
                readonly action: string;
                readonly before: string;
                readonly after: string;
                readonly policies: readonly (string)[];
              })[];
            })[];
          };
        };
      };
      readonly ballots: readonly ({
        readonly id: string;
        readonly subject: {
          readonly kind: string;
        } & Readonly<Record<string, unknown>>;
        /** Unix milliseconds */
        readonly openedMs: number;
        /** Unix milliseconds */
        readonly closesMs: number;
        readonly entitled: number;
        readonly voted: number;
        readonly rules: {
          /** of those entitled, who must take part at least */
          readonly quorumPercent: number;
          /** of the votes for and against */
          readonly winPercent: number;
          /** more than that wins; else at least that */
          readonly isMoreThan: boolean;
        };
        /** what the person who asks may still do, or has done; not of agents */
        readonly own?: {
          readonly isEntitled: boolean;
          readonly choice?: "for" | "against" | "abstain";
        };
        readonly result?: {
          readonly entitled: number;
          readonly for: number;
          readonly against: number;
          readonly abstain: number;
          readonly outcome: "passed" | "no-quorum" | "no-majority";
        };
      })[];
      /** whose signatures it needs, while what it amends is in force */
      readonly signing?: {
        readonly threshold: number;
        readonly keys: readonly ({
          readonly name: string;
          readonly keyId: string;
          readonly hasSigned: boolean;
        })[];
      };
    };
  };
  /** Appeal; the answer holds the commitment to the node's half of the lot */
  "POST /v1/appeals": {
    params: undefined;
    query: undefined;
    body: {
      readonly against: {
        readonly kind: "decision";
        readonly decision: string;
      } | {
        readonly kind: "policy";
        readonly policy: string;
      };
      readonly grounds: string;
    };
    reply: {
      readonly id: string;
      readonly by: string;
      readonly against: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly commitment: string;
      readonly pool: readonly (string)[];
      readonly panel: readonly (string)[];
      readonly answers: readonly ({
        readonly by: string;
        readonly answer: "uphold" | "overturn";
        readonly reason: string;
      })[];
      readonly state: {
        readonly kind: string;
        readonly cause?: "contested" | "not-drawn" | "no-panel" | "unanswered";
      } & Readonly<Record<string, unknown>>;
    };
  };
  /** Answer as a member of the panel */
  "POST /v1/appeals/{id}/answers": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly answer: "uphold" | "overturn";
      readonly reason: string;
    };
    reply: {
      readonly id: string;
      readonly by: string;
      readonly against: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly commitment: string;
      readonly pool: readonly (string)[];
      readonly panel: readonly (string)[];
      readonly answers: readonly ({
        readonly by: string;
        readonly answer: "uphold" | "overturn";
        readonly reason: string;
      })[];
      readonly state: {
        readonly kind: string;
        readonly cause?: "contested" | "not-drawn" | "no-panel" | "unanswered";
      } & Readonly<Record<string, unknown>>;
    };
  };
  /** Put the answer to the vote */
  "POST /v1/appeals/{id}/contest": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      readonly by: string;
      readonly against: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly commitment: string;
      readonly pool: readonly (string)[];
      readonly panel: readonly (string)[];
      readonly answers: readonly ({
        readonly by: string;
        readonly answer: "uphold" | "overturn";
        readonly reason: string;
      })[];
      readonly state: {
        readonly kind: string;
        readonly cause?: "contested" | "not-drawn" | "no-panel" | "unanswered";
      } & Readonly<Record<string, unknown>>;
    };
  };
  /** Draw the panel with the appellant's half of the lot */
  "POST /v1/appeals/{id}/lot": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      /** the appellant's half of the lot: 32 random bytes */
      readonly nonce: string;
    };
    reply: {
      readonly id: string;
      readonly by: string;
      readonly against: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      readonly commitment: string;
      readonly pool: readonly (string)[];
      readonly panel: readonly (string)[];
      readonly answers: readonly ({
        readonly by: string;
        readonly answer: "uphold" | "overturn";
        readonly reason: string;
      })[];
      readonly state: {
        readonly kind: string;
        readonly cause?: "contested" | "not-drawn" | "no-panel" | "unanswered";
      } & Readonly<Record<string, unknown>>;
    };
  };
  /** What the constitution would say of a shell command; nothing is recorded */
  "POST /v1/assessments": {
    params: undefined;
    query: undefined;
    body: {
      readonly command: string;
      readonly cwd?: string;
      readonly workspaceRoots?: readonly (string)[];
      readonly agent?: "claude-code" | "codex" | "cursor" | "gemini-cli" | "copilot" | "opencode";
    };
    reply: {
      readonly verdict: {
        readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
        readonly role?: string;
      } & Readonly<Record<string, unknown>>;
      readonly effects: readonly ({
        readonly kind: "run" | "read" | "write" | "delete" | "connect" | "install" | "git" | "escalate" | "persist" | "credential" | "destroy" | "send" | "detach" | "dynamic" | "call" | "search" | "prompt" | "delegate" | "deploy" | "expose";
        /** In words, on one line */
        readonly text: string;
        readonly span?: {
          readonly start: number;
          readonly end: number;
        };
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        readonly policies: readonly (string)[];
      })[];
      /** Effects beyond those that are listed; the verdict counts them */
      readonly effectsLeft: number;
      readonly reasons: readonly ({
        readonly policy: string;
        readonly article?: string;
        readonly reason: string;
        readonly advice?: string;
        readonly effect: string;
        readonly span?: {
          readonly start: number;
          readonly end: number;
        };
      })[];
      /** The policies that the reasons name, and the articles that these implement */
      readonly explanation: {
        readonly policies: readonly ({
          readonly id: string;
          readonly effect?: "permit" | "forbid";
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
        })[];
        readonly articles: readonly ({
          readonly number: string;
          readonly title: string;
          readonly text: string;
        })[];
      };
      readonly actionDigest: string;
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
    };
  };
  /** Vote; a vote that was cast stands */
  "POST /v1/ballots/{id}/votes": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly choice: "for" | "against" | "abstain";
    };
    reply: {
      readonly id: string;
      readonly subject: {
        readonly kind: string;
      } & Readonly<Record<string, unknown>>;
      /** Unix milliseconds */
      readonly openedMs: number;
      /** Unix milliseconds */
      readonly closesMs: number;
      readonly entitled: number;
      readonly voted: number;
      readonly rules: {
        /** of those entitled, who must take part at least */
        readonly quorumPercent: number;
        /** of the votes for and against */
        readonly winPercent: number;
        /** more than that wins; else at least that */
        readonly isMoreThan: boolean;
      };
      /** what the person who asks may still do, or has done; not of agents */
      readonly own?: {
        readonly isEntitled: boolean;
        readonly choice?: "for" | "against" | "abstain";
      };
      readonly result?: {
        readonly entitled: number;
        readonly for: number;
        readonly against: number;
        readonly abstain: number;
        readonly outcome: "passed" | "no-quorum" | "no-majority";
      };
    };
  };
  /** Decide an action; `Prefer: wait=30` waits for a person who is asked */
  "POST /v1/decisions": {
    params: undefined;
    query: undefined;
    body: {
      /** What an agent wants to do, normalised. */
      readonly action: {
        readonly kind: "shell";
        readonly command: string;
        readonly background: boolean;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "file";
        readonly operation: "read" | "write" | "edit" | "delete";
        readonly path: string;
        readonly content?: string;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "git";
        readonly operation: "push" | "commit" | "tag" | "merge";
        readonly remote: string;
        readonly refs: readonly (string)[];
        readonly force: boolean;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "package";
        readonly manager: string;
        readonly packages: readonly (string)[];
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "network";
        readonly operation: "fetch" | "search";
        readonly target: string;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "mcp";
        readonly server: string;
        readonly tool: string;
        readonly input: unknown;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "deploy";
        readonly environment: string;
        readonly artifact: string;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "prompt";
        readonly text: string;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "subagent";
        readonly name: string;
        readonly prompt: string;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      } | {
        readonly kind: "unknown";
        readonly tool: string;
        readonly input: unknown;
        readonly cwd: string;
        readonly workspaceRoots: readonly (string)[];
      };
      /** The run of the agent that the action belongs to. */
      readonly session?: {
        readonly id: string;
        readonly agentVersion?: string;
        readonly model?: string;
        readonly mode?: string;
      };
      readonly toolUseId?: string;
    };
    reply: {
      readonly decision: {
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly principal: {
          readonly kind: string;
          readonly id: string;
        };
        readonly delegation?: readonly ({
          readonly kind: string;
          readonly id: string;
        })[];
        readonly agent: string;
        readonly sessionId?: string;
        readonly agentVersion?: string;
        readonly toolUseId?: string;
        readonly approvalId?: string;
        readonly standingGrantId?: string;
        readonly actionKind: string;
        /** The canonical form that the digest is taken over, with markers in the place of secrets. */
        readonly action: Readonly<Record<string, unknown>>;
        readonly redactions?: readonly ({
          readonly kind: string;
          readonly commitment: string;
        })[];
        /** SHA-256 of the RFC 8785 form of the action */
        readonly actionDigest: string;
        readonly effects: readonly ({
          readonly kind: string;
        } & Readonly<Record<string, unknown>>)[];
        readonly verdict: {
          readonly kind: "allow" | "deny" | "ask" | "modify" | "defer";
          readonly role?: string;
        } & Readonly<Record<string, unknown>>;
        readonly reasons: readonly ({
          readonly policy: string;
          readonly article?: string;
          readonly reason: string;
          readonly advice?: string;
          readonly effect: string;
          readonly span?: {
            readonly start: number;
            readonly end: number;
          };
        })[];
        readonly constitution: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
      };
      /** false: the journal could not be written, and the verdict is therefore a deny */
      readonly recorded: boolean;
    };
  };
  /** Answer an approval request */
  "POST /v1/decisions/{id}/approval": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly answer: "granted" | "refused";
      /** Why, in your own words */
      readonly reason?: string;
    };
    reply: unknown;
  };
  /** Destroy the data keys of what was redacted: by day, or of a session. There is no way back */
  "POST /v1/detail/shred": {
    params: undefined;
    query: undefined;
    body: {
      /** Unix milliseconds */
      readonly beforeMs: number;
    } | {
      readonly sessionId: string;
      readonly principalId?: string;
    };
    reply: {
      readonly keys: readonly (string)[];
    };
  };
  /** Let this machine in as oneself, or not */
  "POST /v1/device-codes/{code}": {
    params: {
      readonly code: string;
    };
    query: undefined;
    body: {
      readonly answer: "approve" | "refuse";
    };
    reply: {
      readonly code: string;
      readonly machine: string;
      readonly address: string;
      readonly askedMs: number;
      readonly expiresMs: number;
      readonly state: "waiting" | "approved" | "refused";
    };
  };
  /** An agent's first key, for the code */
  "POST /v1/enrolments": {
    params: undefined;
    query: undefined;
    body: {
      readonly code: string;
    };
    reply: {
      readonly agentId: string;
      readonly agent: string;
      readonly issuer: string;
    };
  };
  /** Propose a standing grant from a request, and agree to it */
  "POST /v1/grants": {
    params: undefined;
    query: undefined;
    body: {
      readonly decisionId: string;
      /** Unix milliseconds */
      readonly expiresMs: number;
      /** What makes the proposal wider than the action that was asked about. */
      readonly widen?: {
        /** `feature/*`: all refs that begin so */
        readonly ref?: string;
        /** The folder and everything below it */
        readonly below?: string;
        /** The host and every host below it */
        readonly domain?: string;
        /** `npm run *`: all command lines that begin so */
        readonly line?: string;
        readonly anyVersion?: true;
        readonly anyArtifact?: true;
      };
    };
    reply: {
      readonly id: string;
      /** The `ask` that it was proposed from */
      readonly decisionId: string;
      readonly principalId: string;
      /** The role that was asked: it stands in for approvals by this one only */
      readonly role: string;
      readonly workspaceRoots: readonly (string)[];
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly covers: readonly (string)[];
      readonly policies: readonly (string)[];
      readonly state: {
        readonly kind: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded";
      } & Readonly<Record<string, unknown>>;
      /** Unix milliseconds */
      readonly proposedMs: number;
      readonly agreed: readonly (string)[];
    };
  };
  /** What a standing grant from this request would let through; nothing is given */
  "POST /v1/grants/preview": {
    params: undefined;
    query: undefined;
    body: {
      readonly decisionId: string;
      /** Unix milliseconds */
      readonly expiresMs: number;
      /** What makes the proposal wider than the action that was asked about. */
      readonly widen?: {
        /** `feature/*`: all refs that begin so */
        readonly ref?: string;
        /** The folder and everything below it */
        readonly below?: string;
        /** The host and every host below it */
        readonly domain?: string;
        /** `npm run *`: all command lines that begin so */
        readonly line?: string;
        readonly anyVersion?: true;
        readonly anyArtifact?: true;
      };
    };
    reply: {
      /** The `ask` that it was proposed from */
      readonly decisionId: string;
      readonly principalId: string;
      /** The role that was asked: it stands in for approvals by this one only */
      readonly role: string;
      readonly workspaceRoots: readonly (string)[];
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly covers: readonly (string)[];
      readonly policies: readonly (string)[];
      /** Who must agree before it is in force, the one who proposes among them */
      readonly persons: number;
      /** The agent's last recorded questions that were decided again */
      readonly looked: number;
      readonly letThrough: readonly ({
        readonly id: string;
        /** Unix milliseconds */
        readonly timeMs: number;
        readonly subject: string;
      })[];
    };
  };
  /** Agree to a standing grant, where more than one person must */
  "POST /v1/grants/{id}/agreement": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      /** The `ask` that it was proposed from */
      readonly decisionId: string;
      readonly principalId: string;
      /** The role that was asked: it stands in for approvals by this one only */
      readonly role: string;
      readonly workspaceRoots: readonly (string)[];
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly covers: readonly (string)[];
      readonly policies: readonly (string)[];
      readonly state: {
        readonly kind: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded";
      } & Readonly<Record<string, unknown>>;
      /** Unix milliseconds */
      readonly proposedMs: number;
      readonly agreed: readonly (string)[];
    };
  };
  /** End a standing grant, at once */
  "POST /v1/grants/{id}/revocation": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      /** The `ask` that it was proposed from */
      readonly decisionId: string;
      readonly principalId: string;
      /** The role that was asked: it stands in for approvals by this one only */
      readonly role: string;
      readonly workspaceRoots: readonly (string)[];
      readonly constitution: {
        readonly lineage: string;
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly covers: readonly (string)[];
      readonly policies: readonly (string)[];
      readonly state: {
        readonly kind: "proposed" | "in-force" | "revoked" | "agent-stopped" | "expired" | "superseded";
      } & Readonly<Record<string, unknown>>;
      /** Unix milliseconds */
      readonly proposedMs: number;
      readonly agreed: readonly (string)[];
    };
  };
  /** An agent's hook: its own JSON in, what it honours out */
  "POST /v1/hooks/{agent}": {
    params: {
      readonly agent: string;
    };
    query: {
      readonly event?: string;
    };
    body: Readonly<Record<string, unknown>>;
    reply: unknown;
  };
  /** Say that agents of a node were seen to act: a node that is silent then is an incident, with the caller's name */
  "POST /v1/ledger/nodes/{node}/activity": {
    params: {
      readonly node: string;
    };
    query: {
      readonly sequence?: number;
    };
    body: undefined;
    reply: {
      readonly sequence: number;
    };
  };
  /** Frames of a node's journal, in order; none to say only that the node is there */
  "POST /v1/ledger/nodes/{node}/records": {
    params: {
      readonly node: string;
    };
    query: {
      readonly head: number;
      readonly leaving?: boolean;
    };
    body: undefined;
    reply: {
      readonly position: {
        readonly sequence: number;
        /** SHA-256, hex */
        readonly hash: string;
      };
      /** Records of the request that were not in the ledger before. */
      readonly fresh: number;
    };
  };
  /** Log a machine in with a password, where there is no browser */
  "POST /v1/logins": {
    params: undefined;
    query: undefined;
    body: {
      readonly person: string;
      readonly password: string;
    } | {
      readonly code: string;
      readonly password: string;
    };
    reply: {
      readonly access_token: string;
      readonly token_type: "DPoP";
      readonly expires_in: number;
      readonly refresh_token: string;
    };
  };
  /** Add a passkey */
  "POST /v1/me/passkeys": {
    params: undefined;
    query: undefined;
    body: {
      readonly name: string;
      readonly response: {
        readonly id: string;
        readonly rawId: string;
        readonly type: "public-key";
        readonly response: {
          readonly clientDataJSON: string;
          readonly attestationObject?: string;
          readonly authenticatorData?: string;
          readonly signature?: string;
          readonly userHandle?: string | null;
        };
      };
    };
    reply: {
      readonly id: string;
      readonly name: string;
      readonly addedMs: number;
      readonly usedMs?: number;
    };
  };
  /** What the browser needs to make a passkey */
  "POST /v1/me/passkeys/options": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly challenge: string;
    } & Readonly<Record<string, unknown>>;
  };
  /** Change the password; every other sign-in of this person is over */
  "POST /v1/me/password": {
    params: undefined;
    query: undefined;
    body: {
      readonly current: string;
      readonly next: string;
    };
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** A decision node tells how it stands and gets its order, held until it changes */
  "POST /v1/nodes/{node}/orders": {
    params: {
      readonly node: string;
    };
    query: {
      readonly holdMs?: number;
    };
    body: {
      readonly boot: string;
      readonly order?: string;
      readonly journalSequence?: number;
      readonly inForce: {
        readonly number: number;
        readonly digest: string;
      };
      /** Unix milliseconds */
      readonly verifiedMs: number;
      readonly refusal?: string;
      /** Unix milliseconds */
      readonly confirmedMs?: number;
      readonly isStale: boolean;
      readonly candidate?: {
        readonly mark: {
          readonly number: number;
          readonly digest: string;
        };
        readonly stage: "shadow" | "canary";
      };
      readonly withdrawn?: {
        readonly rollOut: string;
        readonly measured: {
          readonly objective: "deny-rate" | "ask-rate" | "error-rate" | "latency";
          readonly candidate: {
            readonly count: number;
            readonly of: number;
          };
          readonly control: {
            readonly count: number;
            readonly of: number;
          };
          readonly risePercent: number;
          readonly riseAtLeastPercent: number;
          readonly risePercentMax: number;
          readonly isBroken: boolean;
        };
      };
      readonly counts: {
        readonly canary: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly control: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly pairs: {
          readonly compared: number;
          readonly denyGained: number;
          readonly denyLost: number;
          readonly askGained: number;
          readonly askLost: number;
          readonly failGained: number;
          readonly failLost: number;
          readonly skipped: number;
        };
      };
      readonly flips: readonly ({
        readonly from: string;
        readonly to: string;
        readonly count: number;
        readonly examples: readonly ({
          readonly principalId: string;
          readonly actionKind: string;
          readonly effect: string;
          readonly from: readonly (string)[];
          readonly to: readonly (string)[];
        })[];
      })[];
    };
    reply: {
      readonly digest: string;
      readonly order: {
        readonly inForce: {
          readonly number: number;
          readonly digest: string;
        };
        readonly candidate?: {
          readonly rollOut: string;
          readonly mark: {
            readonly number: number;
            readonly digest: string;
          };
          readonly stage: "shadow" | "canary";
          readonly cohort: {
            readonly salt: string;
            readonly canaryPercent: number;
            readonly canaryRepositories: readonly (string)[];
          };
          readonly objectives: {
            readonly denyRisePercentMax: number;
            readonly askRisePercentMax: number;
            readonly errorRisePercentMax: number;
            readonly slowMs: number;
            readonly slowRisePercentMax: number;
          };
        };
        readonly stricter?: {
          readonly policies: readonly ({
            readonly policy: string;
            readonly policyDigest: string;
            readonly reason: string;
          })[];
          readonly agents: readonly ({
            readonly agent: string;
            readonly why: string;
          })[];
        };
      };
    };
  };
  /** Report what became of an action */
  "POST /v1/outcomes": {
    params: undefined;
    query: undefined;
    body: {
      readonly decisionId: string;
      readonly status: "succeeded" | "failed" | "unknown";
      readonly durationMs?: number;
    };
    reply: {
      /** Unix milliseconds */
      readonly timeMs: number;
      readonly status: string;
      readonly decisionId?: string;
    } & Readonly<Record<string, unknown>>;
  };
  /** Add a person */
  "POST /v1/people": {
    params: undefined;
    query: undefined;
    body: {
      readonly id: string;
      readonly name: string;
      readonly roles: readonly (string)[];
    };
    reply: {
      readonly id: string;
      readonly name: string;
      readonly roles: readonly (string)[];
      readonly status: "active" | "suspended";
      readonly openid?: {
        readonly issuer: string;
        readonly subject: string;
        readonly rolesBy: "directory" | "groups";
      };
    };
  };
  /** A one-time code with which this person sets a password, the first one or a new one; seen once */
  "POST /v1/people/{id}/invitation": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly person: string;
      readonly code: string;
      readonly expiresMs: number;
    };
  };
  /** Set a person's roles */
  "POST /v1/people/{id}/roles": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly roles: readonly (string)[];
    };
    reply: {
      readonly id: string;
      readonly name: string;
      readonly roles: readonly (string)[];
      readonly status: "active" | "suspended";
      readonly openid?: {
        readonly issuer: string;
        readonly subject: string;
        readonly rolesBy: "directory" | "groups";
      };
    };
  };
  /** Suspend or reinstate a person */
  "POST /v1/people/{id}/status": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly status: "active" | "suspended";
    };
    reply: {
      readonly id: string;
      readonly name: string;
      readonly roles: readonly (string)[];
      readonly status: "active" | "suspended";
      readonly openid?: {
        readonly issuer: string;
        readonly subject: string;
        readonly rolesBy: "directory" | "groups";
      };
    };
  };
  /** Begin to roll out a constitution that is kept here and signed */
  "POST /v1/roll-out": {
    params: undefined;
    query: undefined;
    body: {
      readonly candidate: string;
    };
    reply: {
      readonly rollOut?: {
        readonly id: string;
        readonly by: string;
        /** Unix milliseconds */
        readonly begunMs: number;
        readonly candidate: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        readonly inForce: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        /** of the constitution in force: `rollOut` */
        readonly plan: Readonly<Record<string, unknown>>;
        /** with its `cause`, when it was rolled back */
        readonly stage: {
          readonly kind: "shadow" | "canary" | "active" | "rolled-back";
          /** Unix milliseconds */
          readonly sinceMs: number;
        } & Readonly<Record<string, unknown>>;
      };
      /** nodes that were heard of lately and follow the order */
      readonly nodesFollowing: number;
      readonly counts: {
        readonly canary: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly control: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly pairs: {
          readonly compared: number;
          readonly denyGained: number;
          readonly denyLost: number;
          readonly askGained: number;
          readonly askLost: number;
          readonly failGained: number;
          readonly failLost: number;
          readonly skipped: number;
        };
      };
      readonly measurements: readonly ({
        readonly objective: "deny-rate" | "ask-rate" | "error-rate" | "latency";
        readonly candidate: {
          readonly count: number;
          readonly of: number;
        };
        readonly control: {
          readonly count: number;
          readonly of: number;
        };
        readonly risePercent: number;
        readonly riseAtLeastPercent: number;
        readonly risePercentMax: number;
        readonly isBroken: boolean;
      })[];
      readonly flips: readonly ({
        readonly from: string;
        readonly to: string;
        readonly count: number;
        readonly examples: readonly ({
          readonly principalId: string;
          readonly actionKind: string;
          readonly effect: string;
          readonly from: readonly (string)[];
          readonly to: readonly (string)[];
        })[];
      })[];
    };
  };
  /** Go on to the next stage before its time */
  "POST /v1/roll-out/advance": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly rollOut?: {
        readonly id: string;
        readonly by: string;
        /** Unix milliseconds */
        readonly begunMs: number;
        readonly candidate: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        readonly inForce: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        /** of the constitution in force: `rollOut` */
        readonly plan: Readonly<Record<string, unknown>>;
        /** with its `cause`, when it was rolled back */
        readonly stage: {
          readonly kind: "shadow" | "canary" | "active" | "rolled-back";
          /** Unix milliseconds */
          readonly sinceMs: number;
        } & Readonly<Record<string, unknown>>;
      };
      /** nodes that were heard of lately and follow the order */
      readonly nodesFollowing: number;
      readonly counts: {
        readonly canary: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly control: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly pairs: {
          readonly compared: number;
          readonly denyGained: number;
          readonly denyLost: number;
          readonly askGained: number;
          readonly askLost: number;
          readonly failGained: number;
          readonly failLost: number;
          readonly skipped: number;
        };
      };
      readonly measurements: readonly ({
        readonly objective: "deny-rate" | "ask-rate" | "error-rate" | "latency";
        readonly candidate: {
          readonly count: number;
          readonly of: number;
        };
        readonly control: {
          readonly count: number;
          readonly of: number;
        };
        readonly risePercent: number;
        readonly riseAtLeastPercent: number;
        readonly risePercentMax: number;
        readonly isBroken: boolean;
      })[];
      readonly flips: readonly ({
        readonly from: string;
        readonly to: string;
        readonly count: number;
        readonly examples: readonly ({
          readonly principalId: string;
          readonly actionKind: string;
          readonly effect: string;
          readonly from: readonly (string)[];
          readonly to: readonly (string)[];
        })[];
      })[];
    };
  };
  /** Take the candidate back */
  "POST /v1/roll-out/rollback": {
    params: undefined;
    query: undefined;
    body: {
      readonly why: string;
    };
    reply: {
      readonly rollOut?: {
        readonly id: string;
        readonly by: string;
        /** Unix milliseconds */
        readonly begunMs: number;
        readonly candidate: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        readonly inForce: {
          readonly lineage: string;
          readonly number: number;
          readonly digest: string;
        };
        /** of the constitution in force: `rollOut` */
        readonly plan: Readonly<Record<string, unknown>>;
        /** with its `cause`, when it was rolled back */
        readonly stage: {
          readonly kind: "shadow" | "canary" | "active" | "rolled-back";
          /** Unix milliseconds */
          readonly sinceMs: number;
        } & Readonly<Record<string, unknown>>;
      };
      /** nodes that were heard of lately and follow the order */
      readonly nodesFollowing: number;
      readonly counts: {
        readonly canary: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly control: {
          readonly decisions: number;
          readonly denied: number;
          readonly asked: number;
          readonly failed: number;
          readonly slow: number;
        };
        readonly pairs: {
          readonly compared: number;
          readonly denyGained: number;
          readonly denyLost: number;
          readonly askGained: number;
          readonly askLost: number;
          readonly failGained: number;
          readonly failLost: number;
          readonly skipped: number;
        };
      };
      readonly measurements: readonly ({
        readonly objective: "deny-rate" | "ask-rate" | "error-rate" | "latency";
        readonly candidate: {
          readonly count: number;
          readonly of: number;
        };
        readonly control: {
          readonly count: number;
          readonly of: number;
        };
        readonly risePercent: number;
        readonly riseAtLeastPercent: number;
        readonly risePercentMax: number;
        readonly isBroken: boolean;
      })[];
      readonly flips: readonly ({
        readonly from: string;
        readonly to: string;
        readonly count: number;
        readonly examples: readonly ({
          readonly principalId: string;
          readonly actionKind: string;
          readonly effect: string;
          readonly from: readonly (string)[];
          readonly to: readonly (string)[];
        })[];
      })[];
    };
  };
  /** Set a password with an invitation, and sign in */
  "POST /v1/sign-in/invitation": {
    params: undefined;
    query: undefined;
    body: {
      readonly code: string;
      readonly password: string;
    };
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** Sign in with a passkey */
  "POST /v1/sign-in/passkey": {
    params: undefined;
    query: undefined;
    body: {
      readonly response: {
        readonly id: string;
        readonly rawId: string;
        readonly type: "public-key";
        readonly response: {
          readonly clientDataJSON: string;
          readonly attestationObject?: string;
          readonly authenticatorData?: string;
          readonly signature?: string;
          readonly userHandle?: string | null;
        };
      };
    };
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** What the browser needs to use a passkey */
  "POST /v1/sign-in/passkey/options": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly challenge: string;
    } & Readonly<Record<string, unknown>>;
  };
  /** Sign in with a password */
  "POST /v1/sign-in/password": {
    params: undefined;
    query: undefined;
    body: {
      readonly person: string;
      readonly password: string;
    };
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** A sign-in for a person's opaque token, sent as Bearer: how the first user gets into the console */
  "POST /v1/sign-in/token": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly person: string;
      readonly csrf: string;
    };
  };
  /** End this sign-in; `everywhere`: all sign-ins of this person. Answers where the browser can sign out at the OpenID provider, too */
  "POST /v1/sign-out": {
    params: undefined;
    query: undefined;
    body: null | {
      readonly everywhere?: boolean;
      readonly refreshToken?: string;
    };
    reply: {
      readonly continueAt: string;
    } | undefined;
  };
  /** Sign with a new key; `forget`: what the earlier ones signed is refused at once */
  "POST /v1/signing-keys": {
    params: undefined;
    query: undefined;
    body: {
      readonly forget?: boolean;
    };
    reply: unknown;
  };
  /** Let an agent go on that the graduated response has suspended */
  "POST /v1/suspended-agents/{id}/reinstatement": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: {
      readonly reason: string;
    };
    reply: {
      readonly agent: string;
    };
  };
  /** Suspend what a policy lets through, at once */
  "POST /v1/suspensions": {
    params: undefined;
    query: undefined;
    body: {
      readonly policy: string;
      readonly reason: string;
    };
    reply: {
      readonly id: string;
      readonly policy: string;
      readonly by: string;
      readonly reason: string;
      /** Unix milliseconds */
      readonly sinceMs: number;
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly state: "open" | "ratified" | "expired" | "lifted";
    };
  };
  /** End a suspension */
  "POST /v1/suspensions/{id}/lift": {
    params: {
      readonly id: string;
    };
    query: undefined;
    body: undefined;
    reply: {
      readonly id: string;
      readonly policy: string;
      readonly by: string;
      readonly reason: string;
      /** Unix milliseconds */
      readonly sinceMs: number;
      /** Unix milliseconds */
      readonly expiresMs: number;
      readonly state: "open" | "ratified" | "expired" | "lifted";
    };
  };
}
