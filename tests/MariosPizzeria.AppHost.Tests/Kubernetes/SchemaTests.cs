namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>Every file has only fields of the Kubernetes API, and all required ones.</summary>
public sealed class SchemaTests
{
    /// <summary>All files except those of kustomize and KEDA, whose schemas are not part of Kubernetes.</summary>
    public static TheoryData<string> Files =>
        [
            .. from folder in (string[])["base", "overlays"]
            from file in Directory.EnumerateFiles(Repository.In("deploy", "kubernetes", folder), "*.yaml", SearchOption.AllDirectories)
            where Path.GetFileName(file) != "kustomization.yaml"
            select Path.GetRelativePath(Repository.Root, file),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_has_no_field_that_Kubernetes_does_not_know_and_all_that_it_requires(string file) =>
        Schema.Read(File.ReadAllText(Repository.In(file))).ShouldNotBeEmpty();

    [Theory]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "readOnlyRootFileSystem")]
    [InlineData("minReadySeconds: 5", "minReadySecond: 5", "minReadySecond")]
    [InlineData("failureThreshold: 60", "failureThreshold: often", "")]
    [InlineData("memory: 192Mi", "memory: 192Megs", "")]
    [InlineData("  maxReplicas: 10\n", "  maxReplicas: 10\n  maxReplicas: 12\n", "maxReplicas")]
    [InlineData("kind: Deployment", "kind: Deploiment", "Deploiment")]
    [InlineData("  maxReplicas: 10\n", "", "MaxReplicas")]
    [InlineData("          image: marios-pizzeria/order\n", "", "Image")]
    [InlineData("  name: order\n  labels:", "  labels:", "Name")]
    [InlineData("                  key: JWT_SECRET_KEY\n", "", "Key")]
    [InlineData("            - name: http\n              containerPort: 8000\n", "            - name: http\n", "ContainerPort")]
    public void A_fault_is_found(string right, string wrong, string named)
    {
        var file = File.ReadAllText(Repository.In("deploy", "kubernetes", "base", "order.yaml")).ReplaceLineEndings("\n");
        file.ShouldContain(right);

        var fault = Record.Exception(() => Schema.Read(file.Replace(right, wrong, StringComparison.Ordinal)));

        fault.ShouldNotBeNull().Message.ShouldContain(named);
    }
}
