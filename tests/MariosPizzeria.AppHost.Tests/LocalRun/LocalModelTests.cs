using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.AppHost.Tests.LocalRun;

/// <summary>The topology in run mode with servers that are installed on the machine. Nothing is started.</summary>
public sealed class LocalModelTests(LocalModel model) : IClassFixture<LocalModel>
{
    private IEnumerable<IResource> Resources => model.Resources;

    [Fact]
    public void Servers_are_executables_and_a_password_is_a_secret_parameter_kept_beside_its_data()
    {
        Resources.OfType<ContainerResource>().ShouldBeEmpty();
        Resources
            .OfType<LocalServerResource>()
            .Select(server => server.Name)
            .ShouldBe(["postgres", "redis", "rabbitmq"], ignoreOrder: true);
        foreach (var server in (string[])["postgres", "redis", "rabbitmq"])
        {
            var password = File.ReadAllText(Path.Combine(model.Folder, server + ".password"));
            password.Length.ShouldBe(24);
            Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == $"{server}-password").Secret.ShouldBeTrue();
            var expression = ((IResourceWithConnectionString)Of(server)).ConnectionStringExpression.ValueExpression;
            expression.ShouldContain($"{{{server}-password.value}}");
            expression.ShouldNotContain(password);
        }
    }

    [Theory]
    [InlineData("menu", "ConnectionStrings__menudb")]
    [InlineData("order", "ConnectionStrings__orderdb")]
    [InlineData("kitchen", "ConnectionStrings__kitchendb")]
    [InlineData("gateway", "ConnectionStrings__redis")]
    [InlineData("worker", "ConnectionStrings__rabbitmq")]
    public void A_process_is_attached_to_them_as_to_containers(string process, string variable)
    {
        var name = variable.Split("__")[1];

        Of(process)
            .Annotations.OfType<ResourceRelationshipAnnotation>()
            .ShouldContain(relation => relation.Type == "Reference" && relation.Resource.Name == name);
    }

    [Fact]
    public void RabbitMq_waits_for_the_port_mapper_that_Erlang_would_start_as_a_daemon() =>
        Of("rabbitmq").Annotations.OfType<WaitAnnotation>().ShouldHaveSingleItem().Resource.Name.ShouldBe("rabbitmq-epmd");

    [Fact]
    public async Task A_mode_that_is_none_is_refused_with_those_there_are()
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.MariosPizzeria_AppHost>(["--Servers:Mode=cloud"])
        );

        refusal.Message.ShouldBe("Servers:Mode is \"cloud\"; it must be containers, local or attached.");
    }

    private IResource Of(string name) => Resources.Single(resource => resource.Name == name);
}

/// <summary>The topology, built once for all tests that only read it.</summary>
public sealed class LocalModel : IAsyncLifetime
{
    private DistributedApplication _app = null!;

    /// <summary>The folder of the servers.</summary>
    public string Folder { get; } = TemporaryFolder.Create();

    /// <summary>The resources of the topology.</summary>
    public IEnumerable<IResource> Resources => _app.Services.GetRequiredService<DistributedApplicationModel>().Resources;

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MariosPizzeria_AppHost>([
            "--Servers:Mode=local",
            $"--Servers:Folder={Folder}",
        ]);
        _app = await builder.BuildAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
