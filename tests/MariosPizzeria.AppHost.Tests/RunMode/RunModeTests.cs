using System.Text.Json;
using System.Xml.Linq;

namespace MariosPizzeria.AppHost.Tests.RunMode;

/// <summary>The requirements of <c>dotnet run</c> on the AppHost that do not involve Aspire itself.</summary>
public sealed class RunModeTests
{
    private static readonly string AppHost = Repository.In("MariosPizzeria.AppHost");

    private static readonly JsonElement Profile = Json("Properties", "launchSettings.json").GetProperty("profiles").GetProperty("http");

    [Fact]
    public void The_dashboard_has_addresses_on_this_machine_and_needs_no_certificate()
    {
        var variables = Profile.GetProperty("environmentVariables");

        string[] addresses =
        [
            Profile.GetProperty("applicationUrl").GetString()!,
            variables.GetProperty("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL").GetString()!,
            variables.GetProperty("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL").GetString()!,
        ];
        addresses.ShouldAllBe(address => address.StartsWith("http://localhost:"));
        addresses.Distinct().Count().ShouldBe(3);
        variables.GetProperty("ASPIRE_ALLOW_UNSECURED_TRANSPORT").GetString().ShouldBe("true");
    }

    [Fact]
    public void It_is_Development_by_an_argument_so_that_the_environment_which_azd_passes_counts()
    {
        Profile.GetProperty("commandLineArgs").GetString().ShouldBe("--environment Development");
        Profile
            .GetProperty("environmentVariables")
            .EnumerateObject()
            .ShouldAllBe(variable => !variable.Name.EndsWith("_ENVIRONMENT"), "a profile's variable beats the caller's");
    }

    [Fact]
    public void Generated_passwords_are_kept_for_the_volumes_that_know_them()
    {
        var project = XDocument.Load(Path.Combine(AppHost, "MariosPizzeria.AppHost.csproj"));

        project.Descendants("UserSecretsId").Single().Value.ShouldNotBeEmpty();
        project.Descendants("AspireHostingSDKVersion").Single().Value.ShouldBe("$(AspireVersion)");
    }

    [Fact]
    public void Every_process_has_its_number_of_replicas() =>
        Json("appsettings.json")
            .GetProperty("Replicas")
            .EnumerateObject()
            .Select(replicas => replicas.Name)
            .Order()
            .ShouldBe(Repository.Manifest.Projects.Select(project => project.Name).Order());

    [Fact]
    public void On_Azure_the_servers_are_attached() =>
        Json("appsettings.Azure.json").GetProperty("Servers").GetProperty("Mode").GetString().ShouldBe("attached");

    private static JsonElement Json(params string[] path) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine([AppHost, .. path]))).RootElement;
}
