using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.AppHost;

/// <summary>Adds the pizzeria's processes, and beside each the one-off processes of the same executable.</summary>
internal static class Processes
{
    /// <summary>Adds a process type with as many replicas as <c>Replicas:{name}</c> says.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">What it is called everywhere.</param>
    /// <param name="attach">What it is attached to; a one-off process of it is attached to the same.</param>
    public static IResourceBuilder<ProjectResource> AddProcess<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<IResourceBuilder<ProjectResource>, IResourceBuilder<ProjectResource>> attach
    )
        where TProject : IProjectMetadata, new()
    {
        // TLS ends in front of the cluster or of Azure's environment: inside, and on a developer's machine, there is plain HTTP.
        return Configured(name)
            .WithHttpEndpoint()
            .WithReplicas(builder.Configuration.GetValue($"Replicas:{name}", 1))
            .WithHttpHealthCheck("/health/ready")
            .WithAnnotation(new RestartAnnotation())
            .WithAnnotation(new OneOffAnnotation(Configured));

        IResourceBuilder<ProjectResource> Configured(string resource)
        {
            // With it the framework believes everybody's X-Forwarded-*; the gateway believes the proxies that KnownProxies names.
            var project = attach(builder.AddProject<TProject>(resource, launchProfileName: null)).DisableForwardedHeaders();
            return builder.ExecutionContext.IsRunMode
                ? project
                    .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
                    // Aspire's own always_on would keep what is called by a request that is not traced, a health check's database command.
                    .WithEnvironment("OTEL_TRACES_SAMPLER", "parentbased_always_on")
                    .RunBuiltAssembly(new TProject().ProjectPath)
                : project;
        }
    }

    /// <summary>
    /// Run mode: one-off processes of the same executable with the same configuration, which run in this order when all starts; the
    /// service waits for the last of them. Each is shown below the service and can be started again by a command on it. A manifest
    /// holds none: the cluster's own jobs run them.
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

    /// <summary>Run mode: one-off processes that run only when they are asked for, by a command on the service.</summary>
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
    /// Starts the assembly that was built with this one. By default Aspire runs <c>dotnet run</c>, which keeps a second process of 100 MB
    /// beside the service and, when it is killed, leaves the service running unknown to the orchestrator. An IDE starts the project itself.
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
            context => Start(context, oneOff.Resource),
            new CommandOptions { Description = $"Starts the one-off process {oneOff.Resource.Name}; its console shows what it says." }
        );
        return oneOff;
    }

    private static Task<ExecuteCommandResult> Start(ExecuteCommandContext context, IResource oneOff) =>
        context
            .Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(oneOff, KnownResourceCommands.StartCommand, context.CancellationToken);

    private sealed record OneOffAnnotation(Func<string, IResourceBuilder<ProjectResource>> Configured) : IResourceAnnotation;
}
