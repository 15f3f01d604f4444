using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MariosPizzeria.AppHost.Tests.Model;

/// <summary>The topology in run mode with servers in containers, as Aspire would start it. Nothing is started.</summary>
public sealed class ModelTests(RunMode model) : IClassFixture<RunMode>
{
    private IResource[] Resources => model.Resources;

    [Theory]
    [InlineData("menu", "menudb", "redis", "rabbitmq", "menu-seed")]
    [InlineData("kitchen", "kitchendb", "redis", "rabbitmq", "kitchen-seed")]
    [InlineData("order", "orderdb", "redis", "rabbitmq", "order-seed")]
    [InlineData("worker", "order", "redis", "rabbitmq")]
    [InlineData("scheduler", "order", "redis", "rabbitmq")]
    [InlineData("gateway", "menu", "order", "kitchen", "redis")]
    [InlineData("order-seed", "order-migrate", "orderdb", "redis", "rabbitmq")]
    public void A_process_waits_for_what_it_can_not_start_without(string process, params string[] dependencies) =>
        Of(process)
            .Annotations.OfType<WaitAnnotation>()
            .Select(wait => wait.Resource.Name)
            // Waiting for a child includes waiting for its parent.
            .Except(["mongo"])
            .ShouldBe(dependencies, ignoreOrder: true);

    [Theory]
    [InlineData("menu", "menudb", "redis", "rabbitmq", "order")]
    [InlineData("order", "orderdb", "redis", "rabbitmq", "menu", "kitchen")]
    [InlineData("worker", "orderdb", "redis", "rabbitmq", "order")]
    [InlineData("scheduler", "orderdb", "redis", "rabbitmq")]
    [InlineData("gateway", "redis", "menu", "order", "kitchen", "worker", "scheduler")]
    public void A_process_is_attached_to_what_it_uses(string process, params string[] attached) =>
        Of(process)
            .Annotations.OfType<ResourceRelationshipAnnotation>()
            .Where(relation => relation.Type == "Reference")
            .Select(relation => relation.Resource.Name)
            .Where(name => !name.Contains('-', StringComparison.Ordinal)) // parameters
            .Distinct()
            .ShouldBe(attached, ignoreOrder: true);

    [Fact]
    public void A_one_off_process_is_attached_to_the_same_as_its_service()
    {
        foreach (var service in (string[])["menu", "order", "kitchen"])
        {
            foreach (var command in (string[])["migrate", "seed"])
            {
                // Only a serving process validates users' tokens, for which menu and kitchen call order.
                string[] serving = service == "order" ? [] : ["order"];
                Attached($"{service}-{command}").ShouldBe(Attached(service).Except(serving), ignoreOrder: true);
            }
        }

        IEnumerable<string> Attached(string name) =>
            Of(name)
                .Annotations.OfType<ResourceRelationshipAnnotation>()
                .Where(relation => relation.Type == "Reference")
                .Select(relation => relation.Resource.Name)
                .Distinct();
    }

    [Fact]
    public void Replicas_are_as_many_as_configuration_says()
    {
        Of("order").GetReplicaCount().ShouldBe(3);
        Of("gateway").GetReplicaCount().ShouldBe(1);
    }

    [Fact]
    public void Every_process_has_an_http_endpoint_and_only_the_gateways_is_external()
    {
        var processes = Resources
            .OfType<ProjectResource>()
            .Where(project => !project.Name.Contains('-', StringComparison.Ordinal))
            .ToList();

        processes.Count.ShouldBe(6);
        processes.ShouldAllBe(process => process.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.Name == "http"));
        processes.ShouldAllBe(process => process.Annotations.OfType<HealthCheckAnnotation>().Any());
        processes
            .Where(process => process.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal))
            .Select(process => process.Name)
            .ShouldBe(["gateway"]);
    }

    [Fact]
    public async Task A_process_is_the_built_assembly_and_no_dotnet_run()
    {
        foreach (var project in Resources.OfType<ProjectResource>())
        {
            var executable = project.Annotations.OfType<ExecutableAnnotation>().ShouldHaveSingleItem(project.Name);
            var configuration = await ExecutionConfigurationBuilder
                .Create(project)
                .WithArgumentsConfig()
                .BuildAsync(new(DistributedApplicationOperation.Run), NullLogger.Instance, CancellationToken.None);
            string[] arguments = [.. configuration.Arguments.Select(argument => argument.Value)];

            executable.Command.ShouldBe("dotnet");
            executable.WorkingDirectory.ShouldBe(Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath));
            File.Exists(arguments[0]).ShouldBeTrue($"{arguments[0]} is built");
            arguments.Skip(1).ShouldBe(project.Name.Split('-', 2).Skip(1), "a one-off command is the process's own argument");
        }
    }

    [Fact]
    public void An_admin_command_is_a_command_on_its_service() =>
        Of("order")
            .Annotations.OfType<ResourceCommandAnnotation>()
            .Select(command => command.Name)
            .Intersect(["migrate", "seed", "fix-corrupted-orders", "reprocess-errors"])
            .ShouldBe(["migrate", "seed", "fix-corrupted-orders", "reprocess-errors"], ignoreOrder: true);

    [Fact]
    public void An_admin_command_that_mends_something_runs_only_when_asked_for()
    {
        Of("order-fix-corrupted-orders").Annotations.OfType<ExplicitStartupAnnotation>().ShouldHaveSingleItem();
        Of("order-seed").Annotations.OfType<ExplicitStartupAnnotation>().ShouldBeEmpty();
    }

    [Fact]
    public void The_gateway_is_at_port_8000() =>
        Of("gateway").Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").Port.ShouldBe(8000);

    [Fact]
    public void Servers_keep_their_data_and_generated_secrets_are_kept_with_them()
    {
        foreach (var server in (string[])["mongo", "redis", "rabbitmq"])
        {
            Of(server)
                .Annotations.OfType<ContainerMountAnnotation>()
                .ShouldHaveSingleItem()
                .Source.ShouldBe($"marios-pizzeria-{server}-data");
        }

        Resources.OfType<ParameterResource>().Where(parameter => parameter.Secret).ShouldAllBe(parameter => parameter.Default != null);
    }

    private IResource Of(string name) => Resources.Single(resource => resource.Name == name);
}

/// <summary>The AppHost's model in Development, created once, because Aspire takes ten seconds to dispose it.</summary>
public sealed class RunMode : IAsyncLifetime
{
    private DistributedApplication _app = null!;

    public IResource[] Resources => [.. _app.Services.GetRequiredService<DistributedApplicationModel>().Resources];

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MariosPizzeria_AppHost>([
            "--environment",
            "Development",
            "--Replicas:order=3",
            "--Servers:Mode=containers",
        ]);
        _app = await builder.BuildAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();
}
