return await MariosPizzeria.ProcessHost.PizzeriaCommand.RunAsync(args);
