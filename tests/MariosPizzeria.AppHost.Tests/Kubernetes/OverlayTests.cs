using k8s.Models;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>A composed environment: every object to which another object refers exists.</summary>
public sealed class OverlayTests
{
    public static TheoryData<string> Environments =>
        [.. Directory.EnumerateDirectories(Repository.In("deploy", "kubernetes", "overlays")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_has_a_namespace_that_admits_restricted_pods_only(string environment)
    {
        var overlay = Overlay.Of(environment);

        var made = overlay.Objects.OfType<V1Namespace>().ShouldHaveSingleItem();

        made.Metadata.Name.ShouldBe(overlay.Namespace);
        made.Metadata.Labels["pod-security.kubernetes.io/enforce"].ShouldBe("restricted");
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_gives_every_image_one_tag_and_none_is_the_latest(string environment)
    {
        var overlay = Overlay.Of(environment);

        overlay.Containers.Select(each => each.Container.Image).Distinct().ShouldBe(overlay.Images.Keys, ignoreOrder: true);
        overlay.Images.Values.Select(image => image.Split(':')[1]).Distinct().ShouldHaveSingleItem().ShouldNotBe("latest");
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_gives_every_variable_that_a_container_takes_from_elsewhere_and_no_other(string environment)
    {
        var overlay = Overlay.Of(environment);
        var sources = overlay
            .Containers.SelectMany(each => each.Container.Env ?? [])
            .Select(each => each.ValueFrom)
            .OfType<V1EnvVarSource>();
        var secrets = File.ReadAllLines(Repository.In("deploy", "kubernetes", "secrets.env.example"))
            .Where(line => line[0] != '#')
            .ToList();

        var keys = sources.Select(each => each.ConfigMapKeyRef).OfType<V1ConfigMapKeySelector>().Select(each => (each.Name, each.Key));
        var whole = overlay
            .Containers.SelectMany(each => each.Container.EnvFrom)
            .Select(each => each.ConfigMapRef.Name)
            .Distinct()
            .ToList();
        keys.Distinct()
            .ShouldBe(
                from map in overlay.ConfigMaps
                where !whole.Contains(map.Key)
                from key in map.Value.Keys
                select (map.Key, key),
                ignoreOrder: true
            );
        whole.ShouldAllBe(name => overlay.ConfigMaps.ContainsKey(name));
        sources
            .Select(each => each.SecretKeyRef)
            .OfType<V1SecretKeySelector>()
            .Select(each => (each.Name, each.Key + "="))
            .Distinct()
            .ShouldBe(secrets.Select(line => (overlay.Secrets.ShouldHaveSingleItem().Key, line)), ignoreOrder: true);
        overlay.Secrets.Values.ShouldAllBe(file => file == "secrets.env", "git ignores that one");
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_environment_is_the_one_that_its_processes_are_told(string environment)
    {
        var told = Overlay.Of(environment).ConfigMaps["pizzeria-environment"];

        told["ASPNETCORE_ENVIRONMENT"].ShouldBe(environment, StringCompareShould.IgnoreCase);
        told["DOTNET_ENVIRONMENT"].ShouldBe(told["ASPNETCORE_ENVIRONMENT"]);
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Every_name_of_a_workload_a_service_or_a_port_is_somebodys(string environment)
    {
        var overlay = Overlay.Of(environment);
        var deployments = overlay.Objects.OfType<V1Deployment>().ToDictionary(each => each.Metadata.Name);
        var services = overlay.Objects.OfType<V1Service>().ToDictionary(each => each.Metadata.Name);

        foreach (var (workload, container) in overlay.Containers)
        {
            var pod = overlay.Workloads.Single(each => each.Name == workload).Pod;
            container.VolumeMounts.Select(mount => mount.Name).ShouldBeSubsetOf(pod.Volumes.Select(volume => volume.Name), workload);
            foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }.OfType<V1Probe>())
            {
                container.Ports.Select(port => port.Name).ShouldContain(probe.HttpGet.Port.Value, workload);
            }

            foreach (var url in (container.Env ?? []).Select(each => each.Value).OfType<string>().Select(each => new Uri(each)))
            {
                services[url.Host].Spec.Ports.Select(port => port.Port).ShouldContain(url.Port, workload);
            }
        }

        foreach (var deployment in deployments.Values)
        {
            deployment.Spec.Selector.MatchLabels.ShouldBeSubsetOf(deployment.Spec.Template.Metadata.Labels, deployment.Metadata.Name);
        }

        foreach (var service in services.Values)
        {
            var selected = deployments.Values.Where(each => Selects(service.Spec.Selector, each.Spec.Template.Metadata.Labels));
            var ports = selected.ShouldHaveSingleItem(service.Metadata.Name).Spec.Template.Spec.Containers.SelectMany(each => each.Ports);
            ports
                .Select(port => port.Name)
                .ShouldContain(service.Spec.Ports.ShouldHaveSingleItem().TargetPort.Value, service.Metadata.Name);
        }

        foreach (var autoscaler in overlay.Objects.OfType<V2HorizontalPodAutoscaler>())
        {
            autoscaler.Spec.ScaleTargetRef.Kind.ShouldBe("Deployment");
            deployments.Keys.ShouldContain(autoscaler.Spec.ScaleTargetRef.Name);
            autoscaler.Spec.ScaleTargetRef.Name.ShouldBe(autoscaler.Metadata.Name);
        }

        foreach (var budget in overlay.Objects.OfType<V1PodDisruptionBudget>())
        {
            deployments[budget.Metadata.Name].Spec.Selector.MatchLabels.ShouldBe(budget.Spec.Selector.MatchLabels);
        }

        foreach (var backend in overlay.Objects.OfType<V1Ingress>().SelectMany(each => each.Spec.Rules).SelectMany(each => each.Http.Paths))
        {
            backend.Backend.Service.Name.ShouldBe("gateway", "the only public door");
            services["gateway"].Spec.Ports.Select(port => port.Name).ShouldContain(backend.Backend.Service.Port.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void A_network_policy_is_about_pods_that_there_are_and_ports_that_they_have(string environment)
    {
        var overlay = Overlay.Of(environment);
        var pods = overlay.Workloads.Select(each => each.Labels["app.kubernetes.io/name"]).ToList();

        foreach (var policy in overlay.Objects.OfType<V1NetworkPolicy>())
        {
            var peers = (policy.Spec.Ingress ?? [])
                .SelectMany(each => each.FromProperty ?? [])
                .Concat((policy.Spec.Egress ?? []).SelectMany(each => each.To ?? []));
            var selectors = peers.Select(peer => peer.PodSelector).OfType<V1LabelSelector>().Append(policy.Spec.PodSelector).ToList();
            var named = selectors
                .SelectMany(each => each.MatchLabels?.Values ?? [])
                .Concat(selectors.SelectMany(each => each.MatchExpressions ?? []).SelectMany(each => each.Values));

            named.ShouldBeSubsetOf(pods, policy.Metadata.Name);
            selectors.SelectMany(each => each.MatchLabels?.Keys ?? []).ShouldAllBe(key => key == "app.kubernetes.io/name");
            (policy.Spec.Ingress ?? [])
                .SelectMany(each => each.Ports)
                .Concat(
                    (policy.Spec.Egress ?? [])
                        .Where(each => each.To?.Any(to => to.PodSelector is not null) ?? false)
                        .SelectMany(each => each.Ports)
                )
                .ShouldAllBe(port => port.Port.Value == "8000" && port.Protocol == "TCP", policy.Metadata.Name);
        }
    }

    private static bool Selects(IDictionary<string, string> selector, IDictionary<string, string> labels) => selector.All(labels.Contains);
}
