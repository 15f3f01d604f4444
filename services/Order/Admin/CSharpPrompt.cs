using System.Text;
using MariosPizzeria.OrderService.Accounts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Scripting.Hosting;
using Microsoft.CodeAnalysis.Scripting;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>The members that code in the shell can use without a prefix.</summary>
public sealed class ShellScope(IServiceProvider services, CancellationToken stop)
{
    /// <summary>All of the application's services.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>Cancelled by Ctrl-C; the last argument of every asynchronous call.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>The orders.</summary>
    public IRepository<Order> Orders => Get<IRepository<Order>>();

    /// <summary>The payments of the orders.</summary>
    public IRepository<Payment> Payments => Get<IRepository<Payment>>();

    /// <summary>The accounts.</summary>
    public IRepository<Account> Accounts => Get<IRepository<Account>>();

    /// <summary>Returns one of the application's services.</summary>
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}

/// <summary>Reads C# code, runs it and prints the result, until <c>exit</c>. Declarations stay available for later input.</summary>
public sealed class CSharpPrompt(TextReader input, TextWriter output, string prompt)
{
    private static readonly CSharpParseOptions Script = new(kind: SourceCodeKind.Script);

    private static readonly string[] Imports =
    [
        "System",
        "System.Collections.Generic",
        "System.Linq",
        "System.Threading.Tasks",
        "MariosPizzeria.Contracts",
        "MariosPizzeria.Contracts.V1",
        "MariosPizzeria.OrderService",
        "MariosPizzeria.OrderService.Accounts",
        "MariosPizzeria.OrderService.Domain",
        "MariosPizzeria.OrderService.Features",
        "MariosPizzeria.BuildingBlocks.Documents",
    ];

    /// <summary>Runs until <c>exit</c>, the end of the input, or Ctrl-C.</summary>
    public async Task RunAsync(ShellScope scope)
    {
        var options = ScriptOptions
            .Default.WithReferences(
                AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly is { IsDynamic: false, Location.Length: > 0 })
            )
            .WithImports(Imports);
        ScriptState<object>? state = null;
        var text = new StringBuilder();
        while (!scope.Stop.IsCancellationRequested)
        {
            await output.WriteAsync(text.Length == 0 ? prompt : "... ");

            // ReadLineAsync is synchronous on a console, so Ctrl-C would take effect only after the next line.
            var line = await Task.Run(input.ReadLine, scope.Stop).WaitAsync(scope.Stop);
            if (line is null || (text.Length == 0 && line.Trim() == "exit"))
            {
                return;
            }

            text.AppendLine(line);
            if (!SyntaxFactory.IsCompleteSubmission(CSharpSyntaxTree.ParseText(text.ToString(), Script, cancellationToken: scope.Stop)))
            {
                continue;
            }

            state = await EvaluateAsync(state, text.ToString(), options, scope);
            text.Clear();
        }
    }

    private async Task<ScriptState<object>?> EvaluateAsync(ScriptState<object>? state, string code, ScriptOptions options, ShellScope scope)
    {
        try
        {
            state = state is null
                ? await CSharpScript.RunAsync<object>(code, options, scope, cancellationToken: scope.Stop)
                : await state.ContinueWithAsync<object>(code, cancellationToken: scope.Stop);
            if (state.ReturnValue is { } value)
            {
                await output.WriteLineAsync(CSharpObjectFormatter.Instance.FormatObject(value));
            }
        }
        catch (CompilationErrorException e)
        {
            await output.WriteLineAsync(string.Join(Environment.NewLine, e.Diagnostics));
        }
        catch (Exception e) when (!scope.Stop.IsCancellationRequested)
        {
            // An exception in the entered code must not end the shell.
            await output.WriteLineAsync($"{e.GetType().Name}: {e.Message}");
        }

        return state;
    }
}
