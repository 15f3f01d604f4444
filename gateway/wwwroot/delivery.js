// The driver's page: shows changes to every order that is out of the oven, whichever page they were made on.

import { follow } from "./live.js";
import { countMinutes } from "./minutes.js";
import { enhance } from "./moves.js";

countMinutes();
enhance(follow);
