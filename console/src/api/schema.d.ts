/** Written from the description of our own API by `npm run docs:openapi`; not to be edited. */
export interface Endpoints {
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
          readonly result?: {
            readonly entitled: number;
            readonly for: number;
            readonly against: number;
            readonly abstain: number;
            readonly outcome: "passed" | "no-quorum" | "no-majority";
          };
        })[];
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
        readonly answers: readonly ({
          readonly answer: string;
          readonly by: string;
          /** Unix milliseconds */
          readonly timeMs: number;
        })[];
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
        readonly answers: readonly ({
          readonly answer: string;
          readonly by: string;
          /** Unix milliseconds */
          readonly timeMs: number;
        })[];
        /** What a yes would allow */
        readonly allows: string;
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
  /** Decisions, newest first */
  "GET /v1/decisions": {
    params: undefined;
    query: {
      readonly verdict?: "allow" | "deny" | "ask" | "modify" | "defer";
      readonly agent?: string;
      readonly session?: string;
      readonly policy?: string;
      readonly kind?: string;
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
  /** One decision and what became of it */
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
    };
  };
  /** What was kept out of the record of a decision, with what it takes to check it */
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
        /** Records that the node has told of and the ledger does not have. */
        readonly missing: number;
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
  /** Revoke an access token (RFC 7009) */
  "POST /oauth/revoke": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: unknown;
  };
  /** An access token for an agent */
  "POST /oauth/token": {
    params: undefined;
    query: undefined;
    body: undefined;
    reply: {
      readonly access_token: string;
      readonly token_type: "Bearer" | "DPoP";
      readonly expires_in: number;
      readonly issued_token_type?: string;
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
  /** Say that agents of a node were seen to act: a node that is silent then is an incident */
  "POST /v1/ledger/nodes/{node}/activity": {
    params: {
      readonly node: string;
    };
    query: undefined;
    body: undefined;
    reply: unknown;
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
