import { destroy, words } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import type { Parsed } from '#domain/action/programs/options.ts';
import { removes } from '#domain/action/programs/removal.ts';
import type { Call } from '#domain/action/shell/call.ts';

/** A command line of a service, whose words say what it does. */
function runService(call: Call, parsed: Parsed): undefined {
  if (removes(parsed.operands.map((field) => field.text.toLowerCase())))
    call.emit(destroy('cloud', `${call.program} ${words(parsed.operands)}`));
}

/** Brokers, search, delivery, identity and payment: what is taken away there is gone for everybody. */
export const SERVICES: Family = {
  'consul boundary nats pulsar-admin rabbitmqadmin stripe twilio flarectl newrelic jenkins-cli jenkins-cli.jar circleci travis buildkite-agent gitlab-runner sentry-cli kaggle skopeo crane oras cosign ldcli algolia auth0 okta confluent temporal tctl dapr ceph radosgw-admin gluster velero istioctl linkerd vcluster':
    {
      options: {
        '-n --namespace -p --project -o --output -s --server -H --host -u --user -c --config --context --token':
          'value',
      },
      harmless: ['--dry-run'],
      run: runService,
    },
  'ldapdelete ldapmodify': { always: [destroy('account', 'entries of a directory')] },
};
