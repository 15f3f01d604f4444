using YamlDotNet.RepresentationModel;
using static MariosPizzeria.AppHost.Tests.Kubernetes.KubernetesObject;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>The Kubernetes files match the manifest and have the additional settings that a cluster needs.</summary>
public sealed class KubernetesTests
{
    private static readonly IReadOnlyList<KubernetesObject> Base = KubernetesObject.In("base");
    private static readonly IReadOnlyList<KubernetesObject> Workloads = [.. Base.Where(each => each.Kind is "Deployment" or "Job")];

    public static TheoryData<string> Processes => [.. Repository.Manifest.Projects.Select(project => project.Name)];

    [Fact]
    public void Every_process_of_the_manifest_is_a_deployment_and_nothing_else_is() =>
        Base.Where(each => each.Kind == "Deployment")
            .Select(each => each.Name)
            .Order()
            .ShouldBe(Repository.Manifest.Projects.Select(project => project.Name).Order());

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_is_given_what_the_manifest_gives_it_and_its_secrets_from_a_secret(string name)
    {
        var project = Repository.Manifest.Projects.Single(each => each.Name == name);
        var container = Deployment(name).Containers.ShouldHaveSingleItem();

        // The product reads none of the variables that Aspire adds for clients that read single values (MENUDB_HOST …).
        var wanted = project.Env.Keys.Where(key => IsOurs(key) && !key.Contains("https", StringComparison.OrdinalIgnoreCase));

        Variables(container).Keys.ShouldBe(wanted, ignoreOrder: true);
        foreach (var (variable, value) in Variables(container))
        {
            if (variable.StartsWith("services__", StringComparison.Ordinal))
            {
                value.ShouldBe($"http://{variable.Split("__")[1]}:8000");
            }
            else
            {
                value.ShouldBeNull($"{variable} of {name} is not written into the file");
            }
        }

        foreach (var variable in List(container, "env").Where(variable => IsSecret(Text(variable, "name")!)))
        {
            Text(variable, "valueFrom", "secretKeyRef", "name").ShouldBe("pizzeria-secrets", Text(variable, "name"));
            Text(variable, "valueFrom", "secretKeyRef", "key").ShouldBe(Text(variable, "name"));
        }
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_is_probed_over_http_where_it_answers(string name)
    {
        var container = Deployment(name).Containers[0];

        Text(container, "startupProbe", "httpGet", "path").ShouldBe("/alive");
        Text(container, "livenessProbe", "httpGet", "path").ShouldBe("/alive", "a server that is away is no reason to restart");
        Text(container, "readinessProbe", "httpGet", "path").ShouldBe("/health/ready");
        Text(List(container, "ports")[0], "containerPort").ShouldBe("8000");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_rolling_update_takes_no_replica_before_its_successor_serves_and_leaves_time_to_drain(string name)
    {
        var deployment = Deployment(name);

        deployment.Text("spec", "strategy", "rollingUpdate", "maxUnavailable").ShouldBe("0");
        var grace = Number(deployment.Root, "spec", "template", "spec", "terminationGracePeriodSeconds");
        grace.ShouldBeGreaterThan(Literal("base", "Drain__Delay") + 30, "drain delay, then 30 s for requests to finish");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_has_two_replicas_at_least_and_keeps_one_while_nodes_are_drained(string name)
    {
        var autoscaler = Base.SingleOrDefault(each => each.Kind == "HorizontalPodAutoscaler" && each.Name == name);
        var replicas = autoscaler is null
            ? Number(Deployment(name).Root, "spec", "replicas")
            : Number(autoscaler.Root, "spec", "minReplicas");

        replicas.ShouldBeGreaterThanOrEqualTo(2);
        (autoscaler is null || Deployment(name).Text("spec", "replicas") is null).ShouldBeTrue("one alone says how many there are");
        var budget = Base.Single(each => each.Kind == "PodDisruptionBudget" && each.Name == name);
        budget.Text("spec", "minAvailable").ShouldBe("1");
        budget.Text("spec", "selector", "matchLabels", "app.kubernetes.io/name").ShouldBe(name);
    }

    [Fact]
    public void Every_container_runs_as_nobody_on_a_file_system_it_can_not_write_with_bounded_resources()
    {
        Workloads.Count.ShouldBe(10);
        foreach (var workload in Workloads)
        {
            var pod = At(workload.Root, "spec", "template", "spec")!;
            Text(pod, "securityContext", "runAsNonRoot").ShouldBe("true", workload.Name);
            Text(pod, "securityContext", "seccompProfile", "type").ShouldBe("RuntimeDefault", workload.Name);
            Text(pod, "automountServiceAccountToken").ShouldBe("false", workload.Name);
            foreach (var container in workload.Containers)
            {
                Text(container, "securityContext", "readOnlyRootFilesystem").ShouldBe("true", workload.Name);
                Text(container, "securityContext", "allowPrivilegeEscalation").ShouldBe("false", workload.Name);
                List(container, "securityContext", "capabilities", "drop").ShouldHaveSingleItem().ToString().ShouldBe("ALL");
                foreach (var bound in (string[])["requests", "limits"])
                {
                    Text(container, "resources", bound, "cpu").ShouldNotBeNull(workload.Name);
                    Text(container, "resources", bound, "memory").ShouldNotBeNull(workload.Name);
                }
            }

            List(pod, "volumes").ShouldAllBe(volume => At(volume, "emptyDir") != null, "no log is kept, no data either");
        }
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void What_has_tables_or_queues_is_prepared_by_a_job_of_the_same_image_with_the_same_configuration(string name)
    {
        var program = File.ReadAllText(
            Repository.In(Path.GetDirectoryName(Repository.Manifest.Projects.Single(each => each.Name == name).Path)!, "Program.cs")
        );
        string[] commands =
            program.Contains($".AddDocuments(\"{name}db\"", StringComparison.Ordinal) ? ["migrate", "seed"]
            : program.Contains(", bus =>", StringComparison.Ordinal) ? ["migrate"]
            : [];
        var container = Deployment(name).Containers[0];

        var steps = Base.SingleOrDefault(each => each.Kind == "Job" && each.Name == $"{name}-prepare")?.Containers ?? [];

        steps.Select(step => List(step, "args").Single().ToString()).ShouldBe(commands);
        foreach (var step in steps)
        {
            Text(step, "image").ShouldBe(Text(container, "image"));
            At(step, "env")!.ToString().ShouldBe(At(container, "env")!.ToString());
            At(step, "envFrom")!.ToString().ShouldBe(At(container, "envFrom")!.ToString());
        }
    }

    [Fact]
    public void A_release_can_do_its_jobs_before_it_starts_its_processes()
    {
        Base.Where(each => each.Text("metadata", "labels", "app.kubernetes.io/component") == "process")
            .ShouldBe(Base.Where(each => each.Kind == "Deployment"), "what docs/deploy.md leaves out at first");
        Base.Where(each => each.Kind == "Job").ShouldAllBe(job => job.Text("spec", "activeDeadlineSeconds") == "600");
    }

    [Fact]
    public void A_pod_reaches_the_servers_that_it_is_attached_to_and_no_others()
    {
        var pods = Workloads.ToDictionary(
            each => each.Name,
            each => each.Containers.SelectMany(container => Variables(container).Keys).ToHashSet(StringComparer.Ordinal)
        );

        Policy("to-cache").Text("spec", "podSelector").ShouldBeNull();
        pods.Values.ShouldAllBe(variables => variables.Contains("ConnectionStrings__redis"));
        Selected("to-databases").ShouldBe(Attached(variable => variable.EndsWith("db", StringComparison.Ordinal)), ignoreOrder: true);
        Selected("to-broker").ShouldBe(Attached(variable => variable == "ConnectionStrings__rabbitmq"), ignoreOrder: true);

        IEnumerable<string> Attached(Func<string, bool> to) =>
            pods.Where(pod => pod.Value.Any(variable => IsSecret(variable) && to(variable))).Select(pod => pod.Key);

        static IEnumerable<string> Selected(string policy) =>
            List(List(Policy(policy).Root, "spec", "podSelector", "matchExpressions").Single(), "values").Select(value => value.ToString());
    }

    [Fact]
    public void What_checks_an_authoritys_tokens_reaches_it()
    {
        var policy = Policy("to-authority");

        List(List(policy.Root, "spec", "podSelector", "matchExpressions").Single(), "values")
            .Select(value => value.ToString())
            .ShouldBe(["gateway", "menu", "order", "kitchen"], ignoreOrder: true);
        List(List(policy.Root, "spec", "egress").Single(), "ports").Select(port => Text(port, "port")).ShouldBe(["443"]);
        List(policy.Root, "spec", "egress").ShouldAllBe(rule => At(rule, "to") == null, "it is somewhere outside");
    }

    [Fact]
    public void The_worker_grows_with_the_queue_of_what_takes_longest()
    {
        var component = KubernetesObject.In(Path.Combine("components", "scale-by-queue"));
        var scaled = component.Single(each => each.Kind == "ScaledObject");
        var trigger = List(scaled.Root, "spec", "triggers").ShouldHaveSingleItem();
        var secret = List(component.Single(each => each.Kind == "TriggerAuthentication").Root, "spec", "secretTargetRef")
            .ShouldHaveSingleItem();
        var patch = Text(List(component.Single(each => each.Kind == "Component").Root, "patches").ShouldHaveSingleItem(), "patch")!;

        scaled.Text("spec", "scaleTargetRef", "name").ShouldBe("worker");
        scaled.Text("spec", "minReplicaCount").ShouldBe(Base.Single(IsAutoscaler).Text("spec", "minReplicas"));
        Text(trigger, "metadata", "queueName").ShouldBe("worker-charge-card");
        Directory
            .EnumerateFiles(Repository.In("services", "Worker"), "*.cs", SearchOption.AllDirectories)
            .Count(file => File.ReadAllText(file).Contains("class CardPaymentRequestedConsumer(", StringComparison.Ordinal))
            .ShouldBe(1, "its consumer gives the queue its name");
        (Text(secret, "name"), Text(secret, "key")).ShouldBe(("pizzeria-secrets", "ConnectionStrings__rabbitmq"));
        patch.ShouldContain("kind: HorizontalPodAutoscaler\nmetadata:\n  name: worker\n$patch: delete", customMessage: "one alone scales");

        static bool IsAutoscaler(KubernetesObject each) => each is { Kind: "HorizontalPodAutoscaler", Name: "worker" };
    }

    [Fact]
    public void Only_the_gateway_is_reachable_from_outside_and_who_calls_whom_is_as_in_the_manifest()
    {
        var policies = Base.Where(each => each.Kind == "NetworkPolicy").ToDictionary(each => each.Name, StringComparer.Ordinal);

        At(policies["nothing-else"].Root, "spec", "podSelector").ShouldBe(new YamlMappingNode());
        foreach (var called in (string[])["menu", "order", "kitchen", "worker", "scheduler"])
        {
            var callers = Repository.Manifest.Projects.Where(project => project.Env.ContainsKey($"services__{called}__http__0"));

            List(List(policies[$"to-{called}"].Root, "spec", "ingress")[0], "from")
                .Select(from => Text(from, "podSelector", "matchLabels", "app.kubernetes.io/name"))
                .ShouldBe(callers.Select(caller => caller.Name), ignoreOrder: true);
        }

        foreach (var caller in Repository.Manifest.Projects)
        {
            var called = caller
                .Env.Keys.Where(key => key.StartsWith("services__", StringComparison.Ordinal))
                .Select(key => key.Split("__")[1]);
            var allowed = policies.TryGetValue($"from-{caller.Name}", out var policy)
                ? List(List(policy.Root, "spec", "egress")[0], "to")
                    .Select(to => Text(to, "podSelector", "matchLabels", "app.kubernetes.io/name")!)
                : [];
            allowed.ShouldBe(called, ignoreOrder: true);
        }
    }

    private static KubernetesObject Policy(string name) => Base.Single(each => each.Kind == "NetworkPolicy" && each.Name == name);

    private static KubernetesObject Deployment(string name) => Base.Single(each => each.Kind == "Deployment" && each.Name == name);

    private static YamlNode Kustomization(params string[] folder) =>
        KubernetesObject.In(Path.Combine(folder)).Single(each => each.Kind == "Kustomization").Root;

    private static int Literal(string folder, string name) =>
        int.Parse(
            List(Kustomization(folder), "configMapGenerator")
                .SelectMany(map => List(map, "literals"))
                .Select(literal => literal.ToString().Split('='))
                .Single(literal => literal[0] == name)[1],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static bool IsOurs(string variable) =>
        IsSecret(variable)
        || variable.StartsWith("services__", StringComparison.Ordinal)
        || variable.StartsWith("SMTP_", StringComparison.Ordinal)
        || variable == "PAYMENT_URL";

    private static bool IsSecret(string variable) =>
        variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || variable is "JWT_SECRET_KEY" or "PAYMENT_API_KEY";
}
