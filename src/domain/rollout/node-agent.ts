/** The kind under which a decision node's own token stands (`acgs token issue acgs-node --id <node>`). */
export const NODE_AGENT = 'acgs-node';
