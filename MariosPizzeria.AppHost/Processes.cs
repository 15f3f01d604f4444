using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.AppHost;

/// <summary>Adds the pizzeria's processes, and for each the one-off processes of the same executable.</summary>
internal static class Processes
{
    /// <summary>Adds a process type with as many replicas as <c>Replicas:{name}</c> says.</summary>
    /// <param name="name">The name of the process type, used everywhere.</param>
    /// <param name="attach">Attaches the process to the resources that it needs; also called for its one-off processes.</param>
    public static IResourceBuilder<ProjectResource> AddProcess<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<IResourceBuilder<ProjectResource>, IResourceBuilder<ProjectResource>> attach
    )
        where TProject : IProjectMetadata, new()
    {
        // TLS is terminated in front of the cluster or of Azure's environment. Inside it, and on a developer's machine, there is plain
        // HTTP.
        return Configured(name)
            .WithHttpEndpoint()
            .WithReplicas(builder.Configuration.GetValue($"Replicas:{name}", 1))
            .WithHttpHealthCheck("/health/ready")
            .WithAnnotation(new RestartAnnotation())
            .WithAnnotation(new OneOffAnnotation(Configured));

        IResourceBuilder<ProjectResource> Configured(string resource)
        {
            // With forwarded headers the framework trusts X-Forwarded-* of every client; the gateway trusts only the proxies in
            // KnownProxies.
            var project = attach(builder.AddProject<TProject>(resource, launchProfileName: null)).DisableForwardedHeaders();
            return builder.ExecutionContext.IsRunMode
                ? project
                    .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
                    // Aspire's own always_on would keep the child spans of untraced requests, such as a health check's database command.
                    .WithEnvironment("OTEL_TRACES_SAMPLER", "parentbased_always_on")
                    .RunBuiltAssembly(new TProject().ProjectPath)
                : project;
        }
    }

    /// <summary>
    /// Run mode: adds one-off processes of the same executable with the same configuration. They run in this order when the application
    /// starts; the service waits for the last one. Each is shown below the service and can be started again by a command on it. A manifest
    /// contains none: the cluster's own jobs run them.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithOneOffs(this IResourceBuilder<ProjectResource> process, params string[] commands)
    {
        IResourceBuilder<ProjectResource>? before = null;
        foreach (var command in process.ApplicationBuilder.ExecutionContext.IsRunMode ? commands : [])
        {
            var oneOff = process.AddOneOff(command);
            if (before is not null)
            {
                oneOff.WaitForCompletion(before);
            }

            before = oneOff;
        }

        return before is null ? process : process.WaitForCompletion(before);
    }

    /// <summary>Run mode: adds one-off processes that run only on request, by a command on the service.</summary>
    public static IResourceBuilder<ProjectResource> WithAdminCommands(
        this IResourceBuilder<ProjectResource> process,
        params string[] commands
    )
    {
        foreach (var command in process.ApplicationBuilder.ExecutionContext.IsRunMode ? commands : [])
        {
            process.AddOneOff(command).WithExplicitStart();
        }

        return process;
    }

    /// <summary>
    /// Runs the assembly that was built together with this one. By default Aspire uses <c>dotnet run</c>, which keeps a second process of
    /// 100 MB for each service and, when it is killed, leaves the service running without the orchestrator's knowledge. An IDE starts the
    /// project itself.
    /// </summary>
    private static IResourceBuilder<ProjectResource> RunBuiltAssembly(this IResourceBuilder<ProjectResource> process, string projectPath)
    {
        var name = Path.GetFileNameWithoutExtension(projectPath);
        var output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var assembly = Path.GetFullPath(Path.Combine(output, "..", "..", name, Path.GetFileName(output), name + ".dll"));
        return process
            .WithAnnotation(new ExecutableAnnotation { Command = "dotnet", WorkingDirectory = Path.GetDirectoryName(projectPath)! })
            .WithLaunchToolArgs(context => context.Args.Add(assembly), KnownLaunchConfigurationTypes.Project);
    }

    private static IResourceBuilder<ProjectResource> AddOneOff(this IResourceBuilder<ProjectResource> process, string command)
    {
        var configured = process.Resource.Annotations.OfType<OneOffAnnotation>().Single().Configured;
        var oneOff = configured($"{process.Resource.Name}-{command}").WithArgs(command).WithParentRelationship(process);
        process.WithCommand(
            command,
            $"Run {command}",
            context => StartAsync(context, oneOff.Resource),
            new CommandOptions { Description = $"Starts the one-off process {oneOff.Resource.Name}; its console shows the output." }
        );
        return oneOff;
    }

    private static Task<ExecuteCommandResult> StartAsync(ExecuteCommandContext context, IResource oneOff) =>
        context
            .Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(oneOff, KnownResourceCommands.StartCommand, context.CancellationToken);

    private sealed record OneOffAnnotation(Func<string, IResourceBuilder<ProjectResource>> Configured) : IResourceAnnotation;
}
