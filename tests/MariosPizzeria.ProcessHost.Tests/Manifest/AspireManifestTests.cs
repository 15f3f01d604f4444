using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Tests.Manifest;

public sealed class AspireManifestTests
{
    [Fact]
    public void Aspires_own_output_is_read_whole()
    {
        var manifest = AspireManifest.Read(Path.Combine(AppContext.BaseDirectory, "pizzeria-manifest.json"));

        manifest.Projects.Select(p => p.Name).ShouldBe(["menu", "order", "kitchen", "worker", "scheduler", "gateway"]);
        manifest.Projects.Where(p => p.IsExternal).Select(p => p.Assembly).ShouldBe(["MariosPizzeria.Gateway"]);
        manifest.Containers.Select(c => c.Name).ShouldBe(["mongo", "redis", "rabbitmq"]);
        var password = manifest.Resources["mongo-password"].ShouldBeOfType<ParameterResource>().Inputs["value"];
        password.Secret.ShouldBeTrue();
        password.Default!.Generate.ShouldBe(new GeneratedValue(22, Lower: true, Upper: true, Numeric: true, Special: false));
    }

    [Theory]
    [InlineData("""{ "resources": { "cloud": { "type": "azure.bicep.v0" } } }""", "\"cloud\" is of type \"azure.bicep.v0\"")]
    [InlineData("""{ "resources": { "nothing": {} } }""", "\"nothing\" has no type")]
    [InlineData("""{ "resources": { "menu": { "type": "project.v0" } } }""", "\"menu\" has no \"path\"")]
    [InlineData("""{ "services": {} }""", "no \"resources\"")]
    [InlineData("""{ "resources": """, "cannot be read")]
    public void What_cannot_be_run_is_named(string json, string named) =>
        Should.Throw<PizzeriaException>(() => AspireManifest.Parse(json)).Message.ShouldContain(named);

    [Fact]
    public void A_missing_manifest_is_named() =>
        Should
            .Throw<PizzeriaException>(() => AspireManifest.Read("/nowhere/aspire-manifest.json"))
            .Message.ShouldContain("/nowhere/aspire-manifest.json is missing");
}
