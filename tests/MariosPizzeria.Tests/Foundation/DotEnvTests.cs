using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Tests.Foundation;

public sealed class DotEnvTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dotenv-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("LOG_LEVEL=Debug", "LOG_LEVEL", "Debug")]
    [InlineData("  LOG_LEVEL = Debug  ", "LOG_LEVEL", "Debug")]
    [InlineData("export LOG_LEVEL=Debug", "LOG_LEVEL", "Debug")]
    [InlineData("ConnectionStrings__redis=localhost:6379,password=a=b", "ConnectionStrings:redis", "localhost:6379,password=a=b")]
    [InlineData("SECRET=\"a # b\"", "SECRET", "a # b")]
    [InlineData("SECRET='a # b'", "SECRET", "a # b")]
    [InlineData("SECRET=a#b # a comment", "SECRET", "a#b")]
    [InlineData("EMPTY=", "EMPTY", "")]
    public void A_line_is_a_setting(string line, string name, string value) => DotEnv.Read([line])[name].ShouldBe(value);

    [Theory]
    [InlineData("")]
    [InlineData("# LOG_LEVEL=Debug")]
    [InlineData("LOG_LEVEL")]
    [InlineData("=Debug")]
    public void What_is_no_setting_is_passed_over(string line) => DotEnv.Read([line]).ShouldBeEmpty();

    [Fact]
    public void In_the_repository_the_file_may_lie_further_up_and_elsewhere_it_may_not()
    {
        var inside = Directory.CreateDirectory(Path.Combine(_folder, "repository", "services", "Menu")).FullName;
        var outside = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere", "deep")).FullName;
        File.WriteAllText(Path.Combine(_folder, "repository", "MariosPizzeria.sln"), "");
        File.WriteAllText(Path.Combine(_folder, "repository", ".env"), "A=1");
        File.WriteAllText(Path.Combine(_folder, "elsewhere", ".env"), "A=1");

        DotEnv.FileFor(inside).ShouldBe(Path.Combine(_folder, "repository", ".env"));
        DotEnv.FileFor(outside).ShouldBeNull();
        DotEnv.FileFor(Path.GetDirectoryName(outside)!).ShouldBe(Path.Combine(_folder, "elsewhere", ".env"));
    }
}
