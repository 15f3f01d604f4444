#!/bin/sh
# After azd has deployed the six container apps: prepares the databases with one-off processes of the very images that were
# deployed, and sets how each app scales. Running it again changes nothing. Needs the Azure CLI, signed in.
set -eu

group=${AZURE_RESOURCE_GROUP:?azd sets it}
environment=${AZURE_CONTAINER_APPS_ENVIRONMENT_NAME:?azd sets it}

# migrate, then seed, as a job with the app's image, secrets and variables.
prepare() {
    service=$1 command=$2 job=$1-$2
    image=$(az containerapp show --resource-group "$group" --name "$service" --query 'properties.template.containers[0].image' --output tsv)
    file=$(mktemp)
    az containerapp show --resource-group "$group" --name "$service" --show-secrets --query '{
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
    chmod 600 "$file"
    az containerapp job create --resource-group "$group" --name "$job" --environment "$environment" --yaml "$file" --output none
    rm -f -- "$file"
    execution=$(az containerapp job start --resource-group "$group" --name "$job" --query name --output tsv)
    echo "$job ($image): $execution"
    for _ in $(seq 120); do
        status=$(az containerapp job execution show --resource-group "$group" --name "$job" --job-execution-name "$execution" --query properties.status --output tsv)
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

# Web processes by the requests they have at once; never fewer than two, so that a revision or a node may go.
for service in gateway menu order kitchen; do
    az containerapp update --resource-group "$group" --name "$service" --min-replicas 2 --max-replicas 10 \
        --scale-rule-name requests --scale-rule-type http --scale-rule-http-concurrency 100 --output none
done

# The worker by what waits for it. The connection string is the secret that the app has already.
broker=$(az containerapp show --resource-group "$group" --name worker \
    --query "properties.template.containers[0].env[?name=='ConnectionStrings__rabbitmq'].secretRef | [0]" --output tsv)
az containerapp update --resource-group "$group" --name worker --min-replicas 2 --max-replicas 6 \
    --scale-rule-name queue --scale-rule-type rabbitmq \
    --scale-rule-metadata queueName=worker-charge-card mode=QueueLength value=50 protocol=amqp \
    --scale-rule-auth "host=$broker" --output none

# Two schedulers: the lease lets each tick run once.
az containerapp update --resource-group "$group" --name scheduler --min-replicas 2 --max-replicas 2 --output none
