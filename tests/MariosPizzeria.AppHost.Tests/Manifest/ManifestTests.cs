using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.AppHost.Tests.Manifest;

/// <summary>The committed manifest gives every process the settings that its source requires, and no secret in plain text.</summary>
public sealed class ManifestTests
{
    private static readonly AspireManifest Published = Repository.Manifest;

    public static TheoryData<string> Processes => [.. Published.Projects.Select(project => project.Name)];

    [Fact]
    public void The_six_process_types_are_there_and_each_ones_project_exists()
    {
        Published.Projects.Select(project => project.Name).Order().ShouldBe(["gateway", "kitchen", "menu", "order", "scheduler", "worker"]);
        Published.Projects.ShouldAllBe(project => File.Exists(Repository.In(project.Path)));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_is_given_all_it_needs_and_a_port(string name)
    {
        var project = Published.Projects.Single(each => each.Name == name);

        var needs = Repository.Needs(project);

        needs.ShouldContain("ConnectionStrings__redis");
        needs.Except(project.Env.Keys).ShouldBeEmpty($"{name} would not start outside Development");
        project.Env["HTTP_PORTS"].ShouldBe($"{{{name}.bindings.http.targetPort}}");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_is_attached_to_nothing_that_it_does_not_use(string name)
    {
        var project = Published.Projects.Single(each => each.Name == name);

        var attached = project.Env.Keys.Where(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal));

        attached.Except(Repository.Needs(project)).ShouldBeEmpty();
    }

    [Fact]
    public void Who_pays_and_who_writes_mail_knows_how()
    {
        Published
            .Projects.Where(project => project.Env.ContainsKey("PAYMENT_API_KEY"))
            .Select(project => project.Name)
            .ShouldBe(["order", "worker"]);
        string[] mail = ["PAYMENT_URL", "SMTP_HOST", "SMTP_PORT", "SMTP_FROM"];
        mail.Except(Published.Projects.Single(project => project.Name == "worker").Env.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_gateway_is_reachable_from_outside() =>
        Published.Projects.Where(project => project.IsExternal).Select(project => project.Name).ShouldBe(["gateway"]);

    [Fact]
    public void No_process_believes_everybodys_forwarded_headers() =>
        Published.Projects.ShouldAllBe(project => !project.Env.ContainsKey("ASPNETCORE_FORWARDEDHEADERS_ENABLED"));

    [Fact]
    public void No_secret_stands_in_it()
    {
        string[] secretive = ["PASSWORD", "_PASS", "_KEY", "ConnectionStrings__", "_URI"];
        var variables = Published
            .Projects.SelectMany(project => project.Env)
            .Concat(Published.Containers.SelectMany(container => container.Env))
            .Where(variable => secretive.Any(word => variable.Key.Contains(word, StringComparison.Ordinal)))
            .ToList();

        variables.Count.ShouldBeGreaterThan(20);
        variables.ShouldAllBe(variable => variable.Value.Contains('{'));
        Published
            .Resources.Values.OfType<ParameterResource>()
            .Where(parameter => parameter.Name.Contains("password") || parameter.Name.Contains("secret") || parameter.Name.Contains("key"))
            .ShouldAllBe(parameter =>
                parameter.Inputs["value"].Secret
                && (parameter.Inputs["value"].Default == null || parameter.Inputs["value"].Default!.Value == null)
            );
    }

    [Fact]
    public void Generated_passwords_are_the_same_in_a_URL_so_that_tools_which_encode_none_can_take_them() =>
        Published
            .Resources.Values.OfType<ParameterResource>()
            .SelectMany(parameter => parameter.Inputs.Values)
            .Select(input => input.Default?.Generate)
            .OfType<GeneratedValue>()
            .ShouldAllBe(rule => !rule.Special);

    [Fact]
    public void Every_server_has_a_version()
    {
        string[] tags = [.. Published.Containers.Select(container => container.Image.Split('/')[^1].Split(':')[^1])];

        Published.Containers.Select(container => container.Name).ShouldBe(["mongo", "redis", "rabbitmq"], ignoreOrder: true);
        tags.ShouldAllBe(tag => char.IsAsciiDigit(tag[0]));
    }

    [Fact]
    public void It_is_the_same_wherever_the_checkout_lies() =>
        File.ReadAllText(Repository.In(AspireManifest.FileName)).ShouldNotContain("apphost-", Case.Insensitive);
}
