#!/bin/sh
# Runs after azd has deployed the six container apps: prepares databases and queues with one-off processes of the deployed images, and
# sets how each app scales and how long it may take to stop, because azd resets both with every deployment. Running it again changes
# nothing. Needs the Azure CLI, signed in.
set -eu

environment=${AZURE_CONTAINER_APPS_ENVIRONMENT_ID:?azd sets it}
# /subscriptions/…/resourceGroups/…/providers/…: azd passes the resource group's name only to templates that request it.
subscription=$(echo "$environment" | cut -d/ -f3)
group=$(echo "$environment" | cut -d/ -f5)

# Does not use the Azure CLI's default subscription.
azure() { az "$@" --subscription "$subscription" --resource-group "$group"; }

# Runs a one-off process as a job with the app's image, secrets and variables.
prepare() {
    service=$1 command=$2 job=$1-$2
    file=$(mktemp) # readable by its owner alone
    azure containerapp show --name "$service" --show-secrets --query '{
        location: location,
        identity: identity,
        properties: {
          environmentId: properties.environmentId,
          configuration: {
            triggerType: `"Manual"`,
            replicaTimeout: `600`,
            replicaRetryLimit: `3`,
            manualTriggerConfig: { parallelism: `1`, replicaCompletionCount: `1` },
            registries: properties.configuration.registries,
            secrets: properties.configuration.secrets
          },
          template: {
            containers: [{
              name: `"one-off"`,
              image: properties.template.containers[0].image,
              args: [`"'"$command"'"`],
              env: properties.template.containers[0].env,
              resources: { cpu: `0.5`, memory: `1Gi` }
            }]
          }
        }
      }' --output json >"$file"
    azure containerapp job create --name "$job" --yaml "$file" --output none
    rm -f -- "$file"
    execution=$(azure containerapp job start --name "$job" --query name --output tsv)
    echo "$job: $execution"
    for _ in $(seq 120); do
        status=$(azure containerapp job execution show --name "$job" --job-execution-name "$execution" --query properties.status --output tsv)
        case $status in
            Succeeded) return 0 ;;
            Failed | Degraded | Stopped) echo "$job: $status" >&2 && return 1 ;;
        esac
        sleep 5
    done
    echo "$job did not end within ten minutes" >&2
    return 1
}

for service in menu order kitchen; do
    prepare "$service" migrate
    prepare "$service" seed
done
prepare worker migrate

# Longer than the drain delay and the 30 s in which requests may finish.
update() { azure containerapp update --termination-grace-period 45 --output none --name "$@"; }

# Web processes scale by concurrent requests, with at least two replicas, so that a revision or a node may be removed.
# The gateway trusts only the ingress as a proxy, whose address is inside the environment; the other processes trust no proxy.
proxies() {
    case $1 in
        gateway) echo KnownProxies=100.64.0.0/10,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16 ;;
        *) echo KnownProxies= ;;
    esac
}
for service in gateway menu order kitchen; do
    update "$service" --min-replicas 2 --max-replicas 10 \
        --scale-rule-name requests --scale-rule-type http --scale-rule-http-concurrency 100 \
        --set-env-vars "$(proxies "$service")"
done

# The worker scales by the length of its queue. The connection string is the secret that the app already has.
broker=$(azure containerapp show --name worker \
    --query "properties.template.containers[0].env[?name=='ConnectionStrings__rabbitmq'].secretRef | [0]" --output tsv)
update worker --min-replicas 2 --max-replicas 6 \
    --scale-rule-name queue --scale-rule-type rabbitmq \
    --scale-rule-metadata queueName=worker-charge-card mode=QueueLength value=50 protocol=amqp \
    --scale-rule-auth "host=$broker"

# Two schedulers: the lease ensures that each tick runs once.
update scheduler --min-replicas 2 --max-replicas 2
