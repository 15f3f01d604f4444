using YamlDotNet.RepresentationModel;
using static MariosPizzeria.AppHost.Tests.Kubernetes.KubernetesObject;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>The Kubernetes files say what the manifest says, and what a cluster needs besides.</summary>
public sealed class KubernetesTests
{
    private static readonly IReadOnlyList<KubernetesObject> Base = KubernetesObject.In("base");
    private static readonly IReadOnlyList<KubernetesObject> Workloads = [.. Base.Where(each => each.Kind is "Deployment" or "Job")];

    public static TheoryData<string> Processes => [.. Repository.Manifest.Projects.Select(project => project.Name)];

    public static TheoryData<string> Environments => ["staging", "production"];

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

        // What Aspire adds for clients that read single values (MENUDB_HOST …), this product reads nothing of.
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
        Text(container, "livenessProbe", "httpGet", "path").ShouldBe("/health");
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
        Workloads.Count.ShouldBe(9);
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
    [InlineData("menu")]
    [InlineData("order")]
    [InlineData("kitchen")]
    public void A_service_is_prepared_by_a_job_of_the_same_image_with_the_same_configuration(string name)
    {
        var job = Base.Single(each => each.Kind == "Job" && each.Name == $"{name}-prepare");
        var container = Deployment(name).Containers[0];

        job.Containers.Select(each => List(each, "args").Single().ToString()).ShouldBe(["migrate", "seed"]);
        foreach (var step in job.Containers)
        {
            Text(step, "image").ShouldBe(Text(container, "image"));
            At(step, "env")!.ToString().ShouldBe(At(container, "env")!.ToString());
            At(step, "envFrom")!.ToString().ShouldBe(At(container, "envFrom")!.ToString());
        }
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

    [Fact]
    public void Nothing_refers_to_what_is_not_there()
    {
        string[] files = [.. List(Kustomization("base"), "resources").Select(resource => resource.ToString())];

        files
            .Order()
            .ShouldBe(
                Directory
                    .EnumerateFiles(Repository.In("deploy", "kubernetes", "base"))
                    .Select(Path.GetFileName)
                    .Except(["kustomization.yaml"])
                    .Order()
            );
        Base.Where(each => each.Kind == "HorizontalPodAutoscaler")
            .ShouldAllBe(each => each.Text("spec", "scaleTargetRef", "name") == each.Name);
        Base.Where(each => each.Kind == "Service")
            .Select(each => each.Name)
            .Order()
            .ShouldBe(["gateway", "kitchen", "menu", "order", "scheduler", "worker"]);
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_gives_every_image_one_tag_and_none_is_the_latest(string environment)
    {
        var images = List(Kustomization("overlays", environment), "images");

        images
            .Select(image => Text(image, "name"))
            .ShouldBe(
                Workloads.SelectMany(each => each.Containers).Select(container => Text(container, "image")).Distinct(),
                ignoreOrder: true
            );
        images.Select(image => Text(image, "newTag")).Distinct().ShouldHaveSingleItem().ShouldNotBe("latest");
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_gives_every_key_that_a_container_refers_to(string environment)
    {
        var kustomization = Kustomization("overlays", environment);
        var given = List(kustomization, "configMapGenerator")
            .Where(map => Text(map, "name") == "pizzeria-config")
            .SelectMany(map => List(map, "literals"))
            .Select(literal => literal.ToString().Split('=')[0])
            .ToList();
        var secrets = File.ReadAllLines(Repository.In("deploy", "kubernetes", "secrets.env.example"))
            .Where(line => !line.StartsWith('#'))
            .ToList();

        References("configMapKeyRef").Except(given).ShouldBeEmpty();
        References("secretKeyRef").ShouldBe(secrets.Select(line => line.Split('=')[0]), ignoreOrder: true);
        secrets.ShouldAllBe(line => line.EndsWith('='), "the example holds no secret");
        List(kustomization, "secretGenerator").ShouldHaveSingleItem();

        static IEnumerable<string> References(string kind) =>
            Workloads
                .SelectMany(workload => workload.Containers)
                .SelectMany(container => List(container, "env"))
                .Select(variable => Text(variable, "valueFrom", kind, "key"))
                .OfType<string>()
                .Distinct();
    }

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
