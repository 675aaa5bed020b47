<?php echo "well\n";
