using MariosPizzeria.ProcessHost.Tests.Releases;
using YamlDotNet.Serialization;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The pipeline: the same steps for staging and production, the same commands as on any machine.</summary>
public sealed class PipelineTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(PublishedProduct.Root, ".github", "workflows", "pipeline.yml"));

    private static readonly Dictionary<string, Dictionary<string, object>> Jobs = Read();

    [Fact]
    public void Staging_and_production_take_identical_steps_one_after_the_other()
    {
        Serialize(Jobs["production"]["steps"]).ShouldBe(Serialize(Jobs["staging"]["steps"]));
        Serialize(Jobs["production"]["env"]).ShouldBe(Serialize(Jobs["staging"]["env"]));
        Jobs["staging"]["needs"].ShouldBe("images");
        Jobs["production"]["needs"].ShouldBe("staging");
    }

    [Fact]
    public void Each_environment_deploys_the_commits_images_to_its_own_cluster()
    {
        var steps = Serialize(Jobs["production"]["steps"]);

        steps.ShouldContain("run: deploy/kubernetes/deploy \"$GITHUB_JOB\" \"$GITHUB_SHA\"");
        steps.ShouldNotContain("./pizzeria run", Case.Sensitive, "what ends with the runner is deployed nowhere");
        File.GetUnixFileMode(Path.Combine(PublishedProduct.Root, "deploy", "kubernetes", "deploy"))
            .HasFlag(UnixFileMode.UserExecute)
            .ShouldBeTrue();
        foreach (var environment in new[] { "staging", "production" })
        {
            Jobs[environment]["environment"].ShouldBe(environment);
            Jobs[environment]["concurrency"].ShouldBe(environment, "two deployments at once would mix two commits");
            Directory.Exists(Path.Combine(PublishedProduct.Root, "deploy", "kubernetes", "overlays", environment)).ShouldBeTrue();
            Serialize(Jobs[environment]["env"]).ShouldContain("KUBECONFIG_CONTENT: ${{ secrets.KUBECONFIG }}");
        }
    }

    [Fact]
    public void Tests_run_before_anything_is_built()
    {
        var steps = Serialize(Jobs["test"]["steps"]);

        Jobs["images"]["needs"].ShouldBe("test");
        Serialize(Jobs["aspire-mongodb"]["steps"]).ShouldContain("dotnet build MariosPizzeria.sln -p:AspireMongoDB=true");
        steps
            .IndexOf("./pizzeria test", StringComparison.Ordinal)
            .ShouldBeLessThan(steps.IndexOf("./pizzeria build", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_process_has_an_image_and_its_tag_is_the_commit()
    {
        var images = Serialize(Jobs["images"]);

        images.ShouldContain("-p:ContainerImageTag=${{ github.sha }}");
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            images.ShouldContain(project.Path);
        }
    }

    [Fact]
    public void Every_command_of_the_pipeline_is_one_that_the_product_has()
    {
        var known = PizzeriaCommand.Names.ToList();

        Text.Split("./pizzeria ")
            .Skip(1)
            .Select(rest => rest.Split(' ', '\n')[0])
            .Where(word => word.Length > 0)
            .ShouldAllBe(word => known.Contains(word));
    }

    private static Dictionary<string, Dictionary<string, object>> Read()
    {
        // Only a merging parser resolves merged anchors.
        var reader = new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(new StringReader(Text)));
        var pipeline = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(reader);
        return ((Dictionary<object, object>)pipeline["jobs"]).ToDictionary(
            job => (string)job.Key,
            job => ((Dictionary<object, object>)job.Value).ToDictionary(part => (string)part.Key, part => part.Value)
        );
    }

    private static string Serialize(object part) => new SerializerBuilder().DisableAliases().Build().Serialize(part);
}
