using MariosPizzeria.ProcessHost.Verification;
using MariosPizzeria.ProcessHost.Verification.Factors;

namespace MariosPizzeria.ProcessHost.Tests.Verification;

public sealed class DependenciesTests
{
    private const string Deployed = """
        {
          "libraries": {
            "MariosPizzeria.OrderService/1.0.0": { "type": "project" },
            "Npgsql/10.0.3": { "type": "package" }
          }
        }
        """;

    private const string Locked =
        """{ "version": 2, "dependencies": { "net10.0": { "Npgsql": { "type": "Direct", "resolved": "10.0.3" } } } }""";

    [Fact]
    public void Packages_in_the_versions_of_the_lock_file_are_accepted() =>
        Dependencies.Check("order", Deployed, Locked).ShouldBe(["Npgsql/10.0.3"]);

    [Theory]
    [InlineData("""{ "version": 2, "dependencies": {} }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": {} } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "Npgsql": { "type": "Direct", "resolved": "10.0.2" } } } }""")]
    public void A_package_that_is_not_locked_in_its_version_is_found(string lockFile) =>
        Should.Throw<VerificationException>(() => Dependencies.Check("order", Deployed, lockFile)).Message.ShouldContain("Npgsql/10.0.3");

    [Fact]
    public void A_test_package_is_found()
    {
        var deployed = Deployed.Replace("Npgsql", "xunit.core", StringComparison.Ordinal);
        var locked = Locked.Replace("Npgsql", "xunit.core", StringComparison.Ordinal);

        Should.Throw<VerificationException>(() => Dependencies.Check("order", deployed, locked)).Message.ShouldContain("test package");
    }
}
